import { defineMailTemplate } from '../../../platform/mail/mail-template.js';
import { CODE_VARIABLES, type CodeVariables } from '../accounts/account-templates.js';

/** The mail that carries an invitation's code. */
export const invitationMail = defineMailTemplate<CodeVariables & { tenantName: string; owner: string }>({
  name: 'invitation',
  version: 1,
  kind: 'transactional',
  description: 'Invites somebody to a shop or an organisation.',
  variables: {
    ...CODE_VARIABLES,
    tenantName: { description: 'Name of the shop or the organisation', example: 'Nordlys Apparel' },
    owner: { description: 'Set for an owner; who is none joins the staff', example: 'yes', optional: true },
  },
  languages: {
    en: {
      subject: 'Invitation to {{tenantName}}',
      paragraphs: [
        'You are invited to {{tenantName}} on Entrepot as {{#if owner}}an owner{{else}}a member of staff{{/if}}.',
        'Accept with the account of this address, or choose a password for a new one. The link works once, within seven days.',
      ],
      action: 'Accept invitation',
      footnote: 'You do not know the sender? Then do nothing: without you nothing happens.',
    },
    de: {
      subject: 'Einladung zu {{tenantName}}',
      paragraphs: [
        'Sie sind zu {{tenantName}} auf Entrepot eingeladen, {{#if owner}}als Inhaber{{else}}als Mitglied des Teams{{/if}}.',
        'Nehmen Sie mit dem Konto dieser Adresse an, oder wählen Sie ein Passwort für ein neues. Der Link gilt einmal, sieben Tage lang.',
      ],
      action: 'Einladung annehmen',
      footnote: 'Sie kennen den Absender nicht? Dann tun Sie nichts: Ohne Sie geschieht nichts.',
    },
    fr: {
      subject: 'Invitation à rejoindre {{tenantName}}',
      paragraphs: [
        "Vous êtes invité à rejoindre {{tenantName}} sur Entrepot {{#if owner}}en tant que propriétaire{{else}}en tant que membre de l'équipe{{/if}}.",
        'Acceptez avec le compte de cette adresse, ou choisissez un mot de passe pour un nouveau compte. Le lien est valable une fois, pendant sept jours.',
      ],
      action: "Accepter l'invitation",
      footnote: "Vous ne connaissez pas l'expéditeur ? Ne faites rien : sans vous, rien ne se passe.",
    },
  },
});
