import { mailFault } from './mail-fault.js';

const smtp = (response: string, command: string) =>
  Object.assign(new Error(response), { response, responseCode: Number(response.slice(0, 3)), command });

describe('what an SMTP error means', () => {
  it.each([
    ['550 5.1.1 No such user', 'RCPT TO', 'mailbox'],
    ['550 No such user', 'RCPT TO', 'mailbox'],
    ['550-5.2.1 Mailbox disabled', 'RCPT TO', 'mailbox'],
    ['552 5.2.2 Mailbox full', 'RCPT TO', 'refused'],
    ['554 5.7.1 Relay access denied', 'RCPT TO', 'refused'],
    ['550 5.3.0 Out of order', 'RCPT TO', 'refused'],
    ['554 5.6.0 Content refused', 'DATA', 'refused'],
    ['553 Not your address', 'MAIL FROM', 'refused'],
    ['451 4.7.1 Try later', 'RCPT TO', 'later'],
    ['421 Closing', 'CONN', 'later'],
  ])('%s to %s: %s', (response, command, kind) => {
    expect(mailFault(smtp(response, command))).toMatchObject({ kind, message: response });
  });

  it('takes what never reached a server for a passing fault', () => {
    expect(mailFault(Object.assign(new Error('Timeout'), { code: 'ETIMEDOUT' })).kind).toBe('later');
  });
});
