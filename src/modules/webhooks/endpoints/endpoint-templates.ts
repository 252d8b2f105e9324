import { defineMailTemplate } from '../../../platform/mail/mail-template.js';

const ENDPOINT_VARIABLES = {
  shopName: { description: 'Name of the shop', example: 'Nordlys Apparel' },
  endpoint: { description: 'Its URL', example: 'https://shop.example.com/hooks' },
};

/** Tells a shop that one of its endpoints is sent nothing any more. */
export const webhookDisabledMail = defineMailTemplate<{ shopName: string; endpoint: string; gone: string }>({
  name: 'webhook-disabled',
  version: 1,
  kind: 'transactional',
  description: 'Tells a shop that one of its webhook endpoints was disabled.',
  variables: {
    ...ENDPOINT_VARIABLES,
    gone: {
      description: 'The answer that ended it; without, it failed for days',
      example: '410 Gone',
      optional: true,
    },
  },
  languages: {
    en: {
      subject: 'A webhook endpoint of {{shopName}} was disabled',
      paragraphs: [
        'Entrepot sends no more events to {{endpoint}}. {{#if gone}}It answered {{gone}}, which says that it will not come back.{{else}}For days every delivery to it failed.{{/if}}',
        'Once it works again, enable it; what failed meanwhile can be replayed from its deliveries.',
      ],
      footnote: 'You get this because the endpoint is one of your shop.',
    },
    de: {
      subject: 'Ein Webhook-Endpunkt von {{shopName}} wurde abgeschaltet',
      paragraphs: [
        'Entrepot schickt keine Ereignisse mehr an {{endpoint}}. {{#if gone}}Er hat mit {{gone}} geantwortet, also kommt er nicht wieder.{{else}}Seit Tagen ist jede Zustellung an ihn gescheitert.{{/if}}',
        'Sobald er wieder arbeitet, schalten Sie ihn ein; was inzwischen gescheitert ist, lässt sich aus seinen Zustellungen wiederholen.',
      ],
      footnote: 'Diese Mail geht an Sie, weil der Endpunkt zu Ihrem Shop gehört.',
    },
    fr: {
      subject: 'Un point de terminaison webhook de {{shopName}} a été désactivé',
      paragraphs: [
        "Entrepot n'envoie plus d'événements à {{endpoint}}. {{#if gone}}Il a répondu {{gone}} : il ne reviendra pas.{{else}}Depuis des jours, chaque envoi vers lui a échoué.{{/if}}",
        "Dès qu'il fonctionne à nouveau, réactivez-le ; les envois échoués entre-temps peuvent être rejoués.",
      ],
      footnote: 'Vous recevez ce message car ce point de terminaison appartient à votre boutique.',
    },
  },
});

/** Tells a shop that one of its endpoints takes nothing, while there is time to mend it. */
export const webhookFailingMail = defineMailTemplate<{
  shopName: string;
  endpoint: string;
  since: string;
  days: string;
}>({
  name: 'webhook-failing',
  version: 1,
  kind: 'transactional',
  description: 'Tells a shop that one of its webhook endpoints has taken nothing for a day.',
  variables: {
    ...ENDPOINT_VARIABLES,
    since: {
      description: 'When it began, formatted in the time zone of the shop',
      example: 'November 21, 2026 at 9:30 AM',
    },
    days: { description: 'After so many days it is disabled', example: '5' },
  },
  languages: {
    en: {
      subject: 'A webhook endpoint of {{shopName}} does not answer',
      paragraphs: [
        'Since {{since}} every delivery to {{endpoint}} has failed. Entrepot keeps trying; should it go on for {{days}} days, the endpoint is disabled.',
        'What it answered is in its deliveries; once it works again, those that were given up can be replayed.',
      ],
      footnote: 'You get this because the endpoint is one of your shop.',
    },
    de: {
      subject: 'Ein Webhook-Endpunkt von {{shopName}} antwortet nicht',
      paragraphs: [
        'Seit {{since}} ist jede Zustellung an {{endpoint}} gescheitert. Entrepot versucht es weiter; dauert es {{days}} Tage, wird der Endpunkt abgeschaltet.',
        'Was er geantwortet hat, steht in seinen Zustellungen; sobald er wieder arbeitet, lassen sich aufgegebene wiederholen.',
      ],
      footnote: 'Diese Mail geht an Sie, weil der Endpunkt zu Ihrem Shop gehört.',
    },
    fr: {
      subject: 'Un point de terminaison webhook de {{shopName}} ne répond plus',
      paragraphs: [
        "Depuis le {{since}}, chaque envoi vers {{endpoint}} a échoué. Entrepot continue d'essayer ; au bout de {{days}} jours, il sera désactivé.",
        "Ses réponses figurent dans la liste des envois ; dès qu'il fonctionne à nouveau, les envois abandonnés peuvent être rejoués.",
      ],
      footnote: 'Vous recevez ce message car ce point de terminaison appartient à votre boutique.',
    },
  },
});
