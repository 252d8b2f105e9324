import { join } from 'node:path';
import { readText, remove, writeAtomically } from './bootstrap/files.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { clientFiles } from './generate/client.ts';
import { built } from './generate/built.ts';
import { configurationPage, exampleEnvironment, type Spec } from './generate/configuration.ts';
import { asyncApiText, openApiText } from './generate/openapi.ts';

// The second part of `npm run generate`.

const { variables } = await built<{ variables: Record<string, Spec> }>('config/variables.js');
const openApi = await openApiText();
const files: Record<string, string | null> = {
  'openapi.json': openApi,
  'asyncapi.json': await asyncApiText(),
  ...(await clientFiles(openApi)),
  '.env.example': exampleEnvironment(variables),
  'docs/configuration.md': await configurationPage(variables),
};
const outdated = Object.entries(files).filter(([path, text]) => readText(join(ROOT, path)) !== text);

if (process.argv.includes('--check')) {
  for (const [path] of outdated) process.stderr.write(`${path} is out of date: run \`npm run generate\`.\n`);
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of outdated) {
    if (text === null) remove(join(ROOT, path));
    else writeAtomically(join(ROOT, path), text);
  }
  process.stdout.write(
    outdated.length > 0 ? `wrote ${outdated.map(([path]) => path).join(', ')}\n` : 'all up to date\n',
  );
}
