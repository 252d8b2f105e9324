import { defineMailTemplate } from '../../../platform/mail/mail-template.js';

// types, not interfaces: only those fit an index of names

/** A link that carries a code, and the code for who types it. */
export type CodeVariables = { url: string; code: string };

export const CODE_VARIABLES = {
  url: {
    description: 'Leads to the frontend, with the code in the fragment',
    example: 'https://app.example.com/page#token=Xk2vP0aQ7s',
  },
  code: { description: 'The code, works once', example: 'Xk2vP0aQ7s' },
};

export const verificationMail = defineMailTemplate<CodeVariables>({
  name: 'verification',
  version: 1,
  kind: 'transactional',
  description: 'Asks who registered to confirm the address.',
  variables: CODE_VARIABLES,
  languages: {
    en: {
      subject: 'Confirm your e-mail address',
      paragraphs: [
        'Confirm this address to open your Entrepot account. The link works once, within 24 hours.',
      ],
      action: 'Confirm address',
      footnote: 'You did not register? Then do nothing: no account is made.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      paragraphs: [
        'Bestätigen Sie diese Adresse, um Ihr Entrepot-Konto zu eröffnen. Der Link gilt einmal, 24 Stunden lang.',
      ],
      action: 'Adresse bestätigen',
      footnote: 'Sie haben sich nicht registriert? Dann tun Sie nichts: Es entsteht kein Konto.',
    },
    fr: {
      subject: 'Confirmez votre adresse e-mail',
      paragraphs: [
        'Confirmez cette adresse pour ouvrir votre compte Entrepot. Le lien est valable une fois, pendant 24 heures.',
      ],
      action: "Confirmer l'adresse",
      footnote: "Vous ne vous êtes pas inscrit ? Ne faites rien : aucun compte n'est créé.",
    },
  },
});

/** To whom registers with an address that has an account: the answer of the API must not tell. */
export const alreadyRegisteredMail = defineMailTemplate({
  name: 'already-registered',
  version: 1,
  kind: 'transactional',
  description: 'Tells who registered that the address has an account.',
  variables: {},
  languages: {
    en: {
      subject: 'You have an account already',
      paragraphs: [
        'Somebody, probably you, registered with this address. It has an account already: log in with its password, or ask for a new one.',
      ],
      footnote: 'You did not register? Then do nothing: nothing was changed.',
    },
    de: {
      subject: 'Sie haben bereits ein Konto',
      paragraphs: [
        'Jemand, vermutlich Sie, hat sich mit dieser Adresse registriert. Zu ihr gibt es schon ein Konto: Melden Sie sich mit dessen Passwort an, oder fordern Sie ein neues an.',
      ],
      footnote: 'Sie haben sich nicht registriert? Dann tun Sie nichts: Es wurde nichts geändert.',
    },
    fr: {
      subject: 'Vous avez déjà un compte',
      paragraphs: [
        "Quelqu'un, sans doute vous, s'est inscrit avec cette adresse. Elle a déjà un compte : connectez-vous avec son mot de passe, ou demandez-en un nouveau.",
      ],
      footnote: "Vous ne vous êtes pas inscrit ? Ne faites rien : rien n'a changé.",
    },
  },
});

export const passwordResetMail = defineMailTemplate<CodeVariables>({
  name: 'password-reset',
  version: 1,
  kind: 'transactional',
  description: 'Carries the code that sets a new password.',
  variables: CODE_VARIABLES,
  languages: {
    en: {
      subject: 'Set a new password',
      paragraphs: ['Choose a new password for your Entrepot account. The link works once, within one hour.'],
      action: 'Set password',
      footnote: 'You did not ask for this? Then do nothing: your password stays as it is.',
    },
    de: {
      subject: 'Neues Passwort festlegen',
      paragraphs: [
        'Wählen Sie ein neues Passwort für Ihr Entrepot-Konto. Der Link gilt einmal, eine Stunde lang.',
      ],
      action: 'Passwort festlegen',
      footnote: 'Sie haben das nicht angefordert? Dann tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
    },
    fr: {
      subject: 'Choisissez un nouveau mot de passe',
      paragraphs: [
        'Choisissez un nouveau mot de passe pour votre compte Entrepot. Le lien est valable une fois, pendant une heure.',
      ],
      action: 'Choisir le mot de passe',
      footnote: "Vous n'avez rien demandé ? Ne faites rien : votre mot de passe reste le même.",
    },
  },
});

export const passwordChangedMail = defineMailTemplate({
  name: 'password-changed',
  version: 1,
  kind: 'transactional',
  description: 'Tells that the password was changed.',
  variables: {},
  languages: {
    en: {
      subject: 'Your password was changed',
      paragraphs: [
        'The password of your Entrepot account was changed, and you were logged out everywhere else.',
      ],
      footnote: 'It was not you? Ask for a new password at once.',
    },
    de: {
      subject: 'Ihr Passwort wurde geändert',
      paragraphs: [
        'Das Passwort Ihres Entrepot-Kontos wurde geändert, und Sie wurden überall sonst abgemeldet.',
      ],
      footnote: 'Das waren nicht Sie? Fordern Sie sofort ein neues Passwort an.',
    },
    fr: {
      subject: 'Votre mot de passe a été modifié',
      paragraphs: [
        'Le mot de passe de votre compte Entrepot a été modifié, et vous avez été déconnecté partout ailleurs.',
      ],
      footnote: "Ce n'était pas vous ? Demandez tout de suite un nouveau mot de passe.",
    },
  },
});
