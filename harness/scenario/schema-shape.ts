import { z } from 'zod';

/** The schemas that may stand at a path: unions give one for each of their options. */
export function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly z.core.$ZodType[] {
  let here = options(schema);
  for (const part of path) here = here.flatMap((one) => childrenOf(one, part)).flatMap(options);
  return here;
}

/** Every key that may be written in the map at a path, in the order of the schema. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const keys = schemasAt(schema, path).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []));
  return [...new Set(keys)];
}

/** An example of what may be written at a path, where the schema gives one. */
export function exampleAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string | undefined {
  for (const one of schemasAt(schema, path)) {
    const [example] = z.globalRegistry.get(one)?.examples as unknown[] ?? [];
    if (typeof example === 'string') return example;
  }
  return undefined;
}

function options(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable)
    return options(schema.def.innerType);
  if (schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion) return schema.def.options.flatMap(options);
  return [schema];
}

function childrenOf(schema: z.core.$ZodType, part: PropertyKey): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.def.element];
  if (schema instanceof z.ZodRecord) return [schema.def.valueType];
  const child = schema instanceof z.ZodObject ? (schema.shape as Record<PropertyKey, z.core.$ZodType>)[part] : undefined;
  return child === undefined ? [] : [child];
}
