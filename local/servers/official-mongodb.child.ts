import { MongoBinary } from 'mongodb-memory-server-core';

// Run by official-mongodb.ts: `node official-mongodb.child.ts <folder>`.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: official-mongodb.child.ts <folder>');
try {
  await MongoBinary.getPath({ downloadDir: folder, checkMD5: true });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
