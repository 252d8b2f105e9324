import type { FastifyReply } from 'fastify';

/** Adds to `Vary` what the answer depends on; CORS may have put `Origin` there before. */
export function vary(reply: FastifyReply, ...names: string[]): FastifyReply {
  const before = reply.getHeader('vary');
  if (before === undefined) return reply.header('vary', names.join(', '));
  const known = (Array.isArray(before) ? before : [before]).flatMap((value) =>
    String(value)
      .split(/\s*,\s*/)
      .filter(Boolean),
  );
  const lower = new Set(known.map((name) => name.toLowerCase()));
  return reply.header('vary', [...known, ...names.filter((name) => !lower.has(name))].join(', '));
}
