import type { Answer } from './client.js';

/** What every refusal must be: a problem of this status and code (RFC 9457), with the request's id. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code, text: answer.text }).toEqual({
    status,
    code,
    text: answer.text,
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    type: `urn:entrepot:problem:${code}`,
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^\//),
    requestId: answer.headers.get('x-request-id'),
  });
  // nothing of the insides
  expect(answer.text).not.toMatch(/node_modules|mongodb:\/\/|\.ts:\d|\bat \S+ \(/);
}
