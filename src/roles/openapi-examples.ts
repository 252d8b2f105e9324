import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Content = Record<string, { example?: unknown }>;

/** By operation: what was sent, and what came back. */
interface Example {
  request?: unknown;
  response?: unknown;
}

// recorded by test/contract/examples.spec.ts, which holds them against the schemas ever after
const recorded = JSON.parse(
  readFileSync(new URL('./openapi-examples.json', import.meta.url), 'utf8'),
) as Record<string, Example>;

/** The operation with its recorded exchange beside the schemas of its JSON request and of its success. */
export function withExamples(operation: Operation): Operation {
  const { request, response } = recorded[operation.operationId ?? ''] ?? {};
  for (const [status, answer] of Object.entries(operation.responses))
    if (status.startsWith('2')) exemplify(contentOf(answer), response);
  exemplify({ json: contentOf(operation.requestBody)?.['application/json'] ?? {} }, request);
  return operation;
}

function contentOf(described: object | undefined): Content | undefined {
  return (described as { content?: Content } | undefined)?.content;
}

function exemplify(content: Content | undefined, example: unknown): void {
  if (example === undefined) return;
  for (const media of Object.values(content ?? {})) media.example = example;
}
