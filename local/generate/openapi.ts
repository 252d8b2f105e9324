import { built } from './built.ts';

/** The OpenAPI document as text: pretty-printed, keys in a stable order. Connects to nothing. */
export async function openApiText(): Promise<string> {
  const { describeApi } =
    await built<typeof import('../../src/roles/openapi-preview.ts')>('roles/openapi-preview.js');
  return `${JSON.stringify(await describeApi(), null, 2)}\n`;
}

/** The AsyncAPI document of the sockets as text. */
export async function asyncApiText(): Promise<string> {
  const { asyncApiDocument } =
    await built<typeof import('../../src/modules/tracking/index.ts')>('modules/tracking/index.js');
  return `${JSON.stringify(asyncApiDocument(), null, 2)}\n`;
}
