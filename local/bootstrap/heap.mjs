const OLD = '--max-old-space-size=256';

/**
 * Node's options for a role, as `npm start`, `npm run start:worker` and the Dockerfile have them. The heap is small, so
 * that it is collected early. Where requests are answered the young generation is large: what a hundred requests under
 * way have made would else be copied again and again, and grow old. A worker's is small: an import stays under 350 MB.
 */
export const heapOf = (role) => [OLD, `--max-semi-space-size=${role === 'worker' ? 8 : 32}`];
