/** What `change` makes of each: a new list only where it changed something, else the same one. */
export function changedList<T>(list: readonly T[], change: (each: T) => T): readonly T[] {
  let copy: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const each = change(list[i] as T);
    if (each !== list[i]) copy ??= list.slice(0, i);
    copy?.push(each);
  }
  return copy ?? list;
}
