import type { Mail } from '../../../platform/mail/mail.js';
import type { MemberRole } from '../members/tenant-ref.js';

/** The mail that carries an invitation's code. */
export function invitationMail(
  appUrl: string,
  to: string,
  tenantName: string,
  role: MemberRole,
  code: string,
): Mail {
  return {
    kind: 'invitation',
    to,
    subject: `Invitation to ${tenantName}`,
    paragraphs: [
      `You are invited to ${tenantName} on Entrepot as ${role === 'owner' ? 'an owner' : 'a member of staff'}.`,
      'Accept with the account of this address, or choose a password for a new one. The link works once, within seven days.',
    ],
    action: { label: 'Accept invitation', url: `${appUrl}/accept-invitation#token=${code}`, code },
    footnote: 'You do not know the sender? Then do nothing: without you nothing happens.',
  };
}
