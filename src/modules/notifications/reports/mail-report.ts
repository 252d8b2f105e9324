import PostalMime from 'postal-mime';

/** What a mail server says of a mail it was given, about one address. */
export interface MailReport {
  kind: 'bounce' | 'complaint';
  address: string;
  /** Of the mail that is reported; empty where the report does not tell. */
  messageId: string;
  /** Enhanced status of a bounce (RFC 3463), e.g. `5.1.1`. */
  status: string;
  detail: string;
}

/** The reports in a mail: delivery status (RFC 3464) and abuse feedback (RFC 5965); none in any other mail. */
export async function reportsIn(raw: Uint8Array): Promise<MailReport[]> {
  const { attachments } = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    attachmentEncoding: 'utf8',
  });
  const part = (...types: string[]): string => {
    const content = attachments.find(({ mimeType }) => types.includes(mimeType))?.content;
    return typeof content === 'string' ? content : '';
  };
  const original = fieldsOf(part('message/rfc822', 'text/rfc822-headers').split(/\r?\n\r?\n/, 1)[0] ?? '');
  const messageId = original.get('message-id') ?? '';
  const feedback = fieldsOf(part('message/feedback-report'));
  if (feedback.size > 0) return complaint(feedback, original, messageId);
  // RFC 3464, 2.1: the fields of the message, then those of each recipient
  const [, ...recipients] = part('message/delivery-status').split(/\r?\n\r?\n/).map(fieldsOf);
  return recipients.flatMap((fields) => {
    const address = addressIn(fields.get('final-recipient') ?? fields.get('original-recipient') ?? '');
    if (fields.get('action')?.toLowerCase() !== 'failed' || !address) return [];
    const status = /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '';
    const detail = fields.get('diagnostic-code') ?? status;
    return [{ kind: 'bounce', address, messageId, status, detail } as const];
  });
}

/** Providers may leave out who complained; then it is whoever the mail went to. `not-spam` is no complaint. */
function complaint(
  feedback: ReadonlyMap<string, string>,
  original: ReadonlyMap<string, string>,
  messageId: string,
): MailReport[] {
  const type = feedback.get('feedback-type')?.toLowerCase() ?? '';
  const address = addressIn(feedback.get('original-rcpt-to') ?? original.get('to') ?? '');
  if (!address || !/^(abuse|fraud|virus|other|opt-out)/.test(type)) return [];
  return [{ kind: 'complaint', address, messageId, status: '', detail: `Feedback-Type: ${type}` }];
}

/** Header fields by their lower-case name, unfolded (RFC 5322, 2.2.3). */
function fieldsOf(text: string): Map<string, string> {
  const lines = text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1 ? [] : [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const];
    }),
  );
}

/** The address in `rfc822; ada@example.com` or `Ada <ada@example.com>`. */
function addressIn(text: string): string {
  return (/[^\s<>;,"]+@[^\s<>;,"]+/.exec(text)?.[0] ?? '').toLowerCase();
}
