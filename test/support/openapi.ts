import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One operation of the checked-in openapi.json. */
export interface Operation {
  id: string;
  method: string;
  /** As in the document, e.g. `/api/shops/{shop}`. */
  path: string;
  /** Role or scope the credentials need; undefined when anyone may call. */
  demand: string | undefined;
  parameters: { name: string; in: string; schema?: Record<string, unknown> }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: object }> }>;
  summary: string;
  tags: string[];
}

export function openApiFile(): any {
  return JSON.parse(readFileSync(join(process.cwd(), 'openapi.json'), 'utf8'));
}

/** Every operation of openapi.json. */
export function operations(): Operation[] {
  return Object.entries(openApiFile().paths as Record<string, Record<string, any>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      demand: operation.security[0]?.bearer?.[0],
      parameters: operation.parameters ?? [],
    })),
  );
}

/** A path with its parameters filled in: `{shop}` from `values`, what is not given by an id of nothing. */
export function fill(path: string, values: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '6921b0d2a1f4b0a7c9e01234');
}
