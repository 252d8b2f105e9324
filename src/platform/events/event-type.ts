/** JSON Schema 2020-12, as far as the catalogue uses it. */
export interface DataSchema {
  type: 'object';
  properties: Record<string, object>;
  required: string[];
  additionalProperties: boolean;
}

/** What a feature declares once of something that happens to its things. */
export interface EventType<Data extends object = object> {
  /** `thing.happened`. */
  readonly name: string;
  /** Of `data`. Fields may be added under one version, never removed or changed. */
  readonly version: number;
  readonly description: string;
  readonly schema: DataSchema;
  /** A `data` that fits the schema. */
  readonly example: Data;
}

const declared = new Map<string, EventType>();

/** Declares an event type. `fields` are the JSON Schemas of its data's properties, which are all required. */
export function defineEvent<Data extends object>(
  name: string,
  description: string,
  fields: { [Field in keyof Required<Data>]: object },
  example: Data,
  version = 1,
): EventType<Data> {
  if (declared.has(name)) throw new Error(`The event "${name}" is declared twice.`);
  const schema: DataSchema = {
    type: 'object',
    properties: fields,
    required: Object.keys(fields),
    additionalProperties: true, // fields may come
  };
  const type = { name, version, description, schema, example };
  declared.set(name, type);
  return type;
}

/** Every declared event type: the catalogue. */
export function eventTypes(): readonly EventType[] {
  return [...declared.values()];
}

/** What a service tells of an event beside the change that is it. */
export interface Occurrence {
  readonly type: EventType;
  /** Grows with every event of one aggregate, e.g. its version: the order they are delivered in. */
  readonly sequence: number;
  readonly data: object;
}

/** An event of a type, with data that fits it. */
export function occurrence<Data extends object>(
  type: EventType<Data>,
  sequence: number,
  data: Data,
): Occurrence {
  return { type, sequence, data };
}

/** What happened, as a handler gets it. */
export interface DomainEvent<Data extends object = object> {
  /** The id of the audit event of the same change. */
  id: string;
  type: string;
  version: number;
  /** What it happened to: `product:6921b0d2a1f4b0a7c9e01234`. */
  aggregate: string;
  sequence: number;
  /** The tenant; null for the system's own. */
  shop: string | null;
  at: Date;
  data: Data;
}
