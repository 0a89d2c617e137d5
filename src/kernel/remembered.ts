/** A function of an object that works out its answer once per object, for as long as the object lives. */
export function rememberedByObject<K extends object, V>(work: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let answer = known.get(key);
    if (!answer) known.set(key, (answer = { value: work(key) }));
    return answer.value;
  };
}
