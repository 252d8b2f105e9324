import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../local/bootstrap/files.mjs';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { readProfile, sharesByOwner } from './cpu-profile.ts';
import { flameGraph } from './flame-graph.ts';

const SHOWN = 25;

/** Draws the CPU profiles that servers left in `folder` and prints whose code the time went to. */
export function reportProfiles(folder: string, from: number, title: string): void {
  const profiles = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  for (const [n, name] of profiles.entries()) {
    const root = readProfile(join(folder, name), from);
    const file = `reports/profile${n > 0 ? `-${n + 1}` : ''}.svg`;
    writeAtomically(join(ROOT, file), flameGraph(root, `CPU of the application: ${title}`));
    const lines = sharesByOwner(root)
      .slice(0, SHOWN)
      .map(([owner, share]) => `${(100 * share).toFixed(1).padStart(6)} %  ${owner}`);
    process.stdout.write(`\nCPU by whose code ran (${file}):\n${lines.join('\n')}\n`);
  }
}
