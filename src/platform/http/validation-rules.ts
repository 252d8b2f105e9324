import { getMetadataStorage } from 'class-validator';

type Storage = ReturnType<typeof getMetadataStorage>;
type Rules = ReturnType<Storage['getTargetValidationMetadatas']>;

/**
 * Remembers the rules of each DTO class. class-validator 0.15 gathers them anew for every object it checks, the nested
 * ones too, from the rules of all classes there are: what is not `certainlyValid` would pay that for each object in
 * it. A class has all of its rules when its first object is checked.
 */
export function rememberRules(storage: Storage = getMetadataStorage()): void {
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const ofClass = new WeakMap<object, Rules>();
  const grouped = new WeakMap<Rules, ReturnType<typeof group>>();
  // `schema` names the class of the object around, or a schema that is no class; there are none of those
  storage.getTargetValidationMetadatas = (target, schema, always, strict, groups) => {
    if (always || strict || groups) return gather(target, schema, always, strict, groups);
    return remembered(ofClass, target, () => gather(target, '', always, strict));
  };
  storage.groupByPropertyName = (rules) => remembered(grouped, rules, () => group(rules));
}

function remembered<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
