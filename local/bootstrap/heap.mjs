/**
 * Node's options for a role, as `npm start`, `npm run start:worker`, `npm run start:tracking` and the Dockerfile have them.
 * The heap is small, so that it is collected early, but well above what the product holds by itself
 * (docs/performance.md). Where requests are answered the young generation is large: what a hundred requests under way
 * have made would else be copied again and again, and grow old. A worker's is small: each role stays under
 * 350 MB in an import (`node bench/import-memory.ts`). Ten thousand sockets take 512 MB.
 */
export const heapOf = (role) => {
  if (role === 'worker') return ['--max-old-space-size=168', '--max-semi-space-size=8'];
  if (role === 'tracking') return ['--max-old-space-size=512', '--max-semi-space-size=32'];
  return ['--max-old-space-size=224', '--max-semi-space-size=24'];
};
