import { openApiFile } from '../openapi.js';

/** A schema of the document, as far as it is used here. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
  example?: unknown;
}

const components = (openApiFile().components as { schemas: Record<string, Schema> }).schemas;

/** The schema itself, where it is a reference to one. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = components[schema.$ref.replace('#/components/schemas/', '')];
  if (!found) throw new Error(`openapi.json has no ${schema.$ref}`);
  return found;
}
