import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator';

type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = ReturnType<Storage['getTargetValidationMetadatas']>[number];
type Fields = Record<string, unknown>;

interface Check {
  rule: Metadata;
  validate: (value: unknown, told: ValidationArguments) => Promise<boolean> | boolean;
}

/** What class-validator looks at of one property, in its order. */
interface PropertyRules {
  property: string;
  /** When one of them says no, nothing else is asked: `@IsOptional()`, `@ValidateIf()`. */
  conditions: ((object: object, value: unknown) => boolean)[];
  checks: Check[];
  nested: boolean;
}

const rulesOfClass = new WeakMap<object, ReadonlyMap<string, PropertyRules>>();

/**
 * Whether an object meets every rule of its DTO class, by the rules as they are declared for class-validator 0.15 and
 * its own validators. False where one is not met, and where that cannot be told at once (an asynchronous one, a Set):
 * then class-validator looks, and finds the words. It makes an error for each property, met or not, and several lists:
 * a fifth of what creating a product allocates.
 */
export function certainlyValid(object: object): boolean {
  if (typeof object.constructor !== 'function') return false;
  const rules = rulesOf(object.constructor);
  if (rules.size === 0) return false;
  for (const property of Object.keys(object)) if (!rules.has(property)) return false;
  for (const own of rules.values()) if (!isMet(own, object)) return false;
  return true;
}

function isMet({ property, conditions, checks, nested }: PropertyRules, object: object): boolean {
  const value = (object as Fields)[property];
  for (const applies of conditions) if (!applies(object, value)) return true;
  for (const check of checks) if (!passes(check, object, value)) return false;
  return !nested || value === undefined || isNestedValid(value);
}

function passes({ rule, validate }: Check, object: object, value: unknown): boolean {
  const { each, constraints, propertyName: property, validateIf } = rule;
  if (validateIf && !validateIf(object, value)) return true;
  const told = { targetName: object.constructor.name, property, object, value, constraints };
  if (!each || !isMany(value)) return validate(value, told) === true;
  return Array.isArray(value) && value.every((one) => validate(one, told) === true);
}

function isNestedValid(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => one === undefined || isNestedValid(one));
  return value instanceof Object && !isMany(value) && certainlyValid(value);
}

function isMany(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Set || value instanceof Map;
}

function rulesOf(target: object): ReadonlyMap<string, PropertyRules> {
  let rules = rulesOfClass.get(target);
  if (!rules) {
    const storage = getMetadataStorage();
    const all = storage.getTargetValidationMetadatas(target as never, '', false, false);
    const byProperty = Map.groupBy(all, ({ propertyName }) => propertyName);
    rules = new Map([...byProperty].map(([property, own]) => [property, gathered(storage, property, own)]));
    rulesOfClass.set(target, rules);
  }
  return rules;
}

function gathered(storage: Storage, property: string, all: Metadata[]): PropertyRules {
  const of = (wanted: string) => all.filter(({ type }) => type === wanted);
  return {
    property,
    conditions: of(ValidationTypes.CONDITIONAL_VALIDATION).map(
      ({ constraints }) => constraints[0] as PropertyRules['conditions'][number],
    ),
    checks: [...of(ValidationTypes.IS_DEFINED), ...of(ValidationTypes.CUSTOM_VALIDATION)].flatMap((rule) =>
      storage.getTargetValidatorConstraints(rule.constraintCls).map(({ instance }) => ({
        rule,
        validate: (value, told) => instance.validate(value, told),
      })),
    ),
    nested: of(ValidationTypes.NESTED_VALIDATION).length > 0,
  };
}
