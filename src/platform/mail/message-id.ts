import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_LENGTH = 22;

/**
 * The Message-ID of a mail, the same at every try, so that a mail sent twice can be told by the receiving side. It
 * proves that we sent the mail to the address: a report about it (`sentTo`) needs no other witness.
 */
export function messageIdOf(id: string, to: string, domain: string, secretKey: string): string {
  return `<${id}.${macOf(id, to, secretKey)}@${domain}>`;
}

/** The id of the mail with this Message-ID, if we sent it to this address. */
export function sentTo(messageId: string, to: string, secretKey: string): string | undefined {
  const [, id = '', mac = ''] = /^<?([\da-f]{24})\.([\w-]{22})@/.exec(messageId.trim()) ?? [];
  const expected = Buffer.from(macOf(id, to, secretKey));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
}

function macOf(id: string, to: string, secretKey: string): string {
  const text = `message-id\n${id}\n${to.toLowerCase()}`;
  return createHmac('sha256', secretKey).update(text).digest('base64url').slice(0, MAC_LENGTH);
}
