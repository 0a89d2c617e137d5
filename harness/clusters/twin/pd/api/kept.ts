/**
 * What was rendered last of something, kept while what it shows is the same: a monitor asks every few seconds for what hardly ever changes. The
 * rendering gets nothing else than what is compared, so that it cannot show what is out of date.
 */
export class Kept<Of extends object, Shown extends object, Rendered> {
  readonly #render: (shown: Shown) => Rendered;
  readonly #latest = new WeakMap<Of, { readonly shown: Shown; readonly rendered: Rendered }>();

  constructor(render: (shown: Shown) => Rendered) {
    this.#render = render;
  }

  of(what: Of, shown: Shown): Rendered {
    const latest = this.#latest.get(what);
    if (latest && showSame(latest.shown, shown)) return latest.rendered;
    const rendered = this.#render(shown);
    this.#latest.set(what, { shown, rendered });
    return rendered;
  }
}

/** Whether both have the same under the same names; lists are the same that have the same members, all else is what it is. */
function showSame<T extends object>(one: T, other: T): boolean {
  for (const name in one) if (!isSame(one[name], other[name])) return false;
  for (const name in other) if (!(name in one)) return false;
  return true;
}

const isSame = (one: unknown, other: unknown): boolean =>
  Object.is(one, other) || (Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((each, at) => isSame(each, other[at])));
