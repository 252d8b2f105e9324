/**
 * Node's options for a role, as `npm start`, `npm run start:worker`, `npm run start:tracking` and the Dockerfile have them.
 * The heap is small, so that it is collected early, but well above what the product holds by itself
 * (docs/performance.md). Where requests are answered the young generation is large: what a hundred requests under way
 * have made would else be copied again and again, and grow old. A worker's is small: an import stays under 350 MB.
 * Ten thousand sockets take 512 MB.
 */
export const heapOf = (role) => {
  if (role === 'worker') return ['--max-old-space-size=192', '--max-semi-space-size=8'];
  return [`--max-old-space-size=${role === 'tracking' ? 512 : 256}`, '--max-semi-space-size=32'];
};
