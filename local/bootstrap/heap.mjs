/** As `npm start` and the Dockerfile have them: a smaller heap is collected more often, and an import stays under 350 MB. */
export const HEAP = ['--max-old-space-size=192', '--max-semi-space-size=8'];
