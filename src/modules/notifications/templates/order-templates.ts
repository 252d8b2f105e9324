import { defineMailTemplate, type Fact } from '../../../platform/mail/mail-template.js';

const SHOP = { description: 'Name of the shop', example: 'Nordlys Apparel' };
const NAME = { description: "The customer's first name", example: 'Ada', optional: true } as const;
const NUMBER = { description: "The order's number", example: '1042' };
const CARRIER = { description: 'Who moves the goods', example: 'Hansa Fracht', optional: true } as const;
const TRACKING = {
  description: "The carrier's tracking number",
  example: 'HF-2201',
  optional: true,
} as const;
const ROWS = {
  description: 'What was bought, and what it costs',
  example: [
    { label: '2 × Ocean Blue Shirt', value: '€49.90' },
    { label: 'Shipping', value: '€4.90' },
  ],
};
const GREETING = {
  en: '{{#if name}}Hello {{name}},{{/if}}',
  de: '{{#if name}}Hallo {{name}},{{/if}}',
  fr: '{{#if name}}Bonjour {{name}},{{/if}}',
};
const WHY = {
  en: 'You get this because you ordered at {{shopName}}.',
  de: 'Diese Mail gehört zu einer Bestellung bei {{shopName}}.',
  fr: 'Vous recevez ce message car vous avez commandé chez {{shopName}}.',
};

interface OrderVariables {
  [name: string]: string | readonly Fact[];
  shopName: string;
  name: string;
  number: string;
}

export const orderPlacedMail = defineMailTemplate<OrderVariables & { rows: readonly Fact[]; total: string }>({
  name: 'order-placed',
  version: 1,
  kind: 'transactional',
  description: 'Confirms an order, with what was bought.',
  variables: {
    ...{ shopName: SHOP, name: NAME, number: NUMBER, rows: ROWS },
    total: { description: 'What the order costs, formatted', example: '€54.80' },
  },
  languages: {
    en: {
      subject: 'Your order {{number}} at {{shopName}}',
      paragraphs: [
        GREETING.en,
        'Thank you. {{shopName}} has your order {{number}} and will tell you when it is on its way.',
      ],
      facts: [{ label: 'Total', value: '{{total}}' }],
      footnote: WHY.en,
      sms: '{{shopName}}: thank you, we have your order {{number}} over {{total}}.',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} bei {{shopName}}',
      paragraphs: [
        GREETING.de,
        'vielen Dank. Ihre Bestellung {{number}} ist bei {{shopName}} eingegangen; wir melden uns, wenn sie unterwegs ist.',
      ],
      facts: [{ label: 'Gesamt', value: '{{total}}' }],
      footnote: WHY.de,
      sms: '{{shopName}}: Danke, Ihre Bestellung {{number}} über {{total}} ist eingegangen.',
    },
    fr: {
      subject: 'Votre commande {{number}} chez {{shopName}}',
      paragraphs: [
        GREETING.fr,
        'Merci. {{shopName}} a bien reçu votre commande {{number}} et vous préviendra de son départ.',
      ],
      facts: [{ label: 'Total', value: '{{total}}' }],
      footnote: WHY.fr,
      sms: '{{shopName}} : merci, votre commande {{number}} de {{total}} est enregistrée.',
    },
  },
});

export const orderShippedMail = defineMailTemplate<
  OrderVariables & { shippedOn: string; carrier: string; tracking: string }
>({
  name: 'order-shipped',
  version: 1,
  kind: 'transactional',
  description: 'Says that an order has left, and how to follow it.',
  variables: {
    ...{ shopName: SHOP, name: NAME, number: NUMBER, carrier: CARRIER, tracking: TRACKING },
    shippedOn: { description: 'The day the goods left, formatted', example: 'November 21, 2026' },
  },
  languages: {
    en: {
      subject: 'Your order {{number}} is on its way',
      paragraphs: [GREETING.en, 'Your order {{number}} from {{shopName}} has left.'],
      facts: [
        { label: 'Sent on', value: '{{shippedOn}}' },
        { label: 'Carrier', value: '{{carrier}}' },
        { label: 'Tracking number', value: '{{tracking}}' },
      ],
      footnote: WHY.en,
      sms: '{{shopName}}: your order {{number}} is on its way.{{#if tracking}} Tracking number {{tracking}}.{{/if}}',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist unterwegs',
      paragraphs: [GREETING.de, 'Ihre Bestellung {{number}} von {{shopName}} ist unterwegs.'],
      facts: [
        { label: 'Versandt am', value: '{{shippedOn}}' },
        { label: 'Versand durch', value: '{{carrier}}' },
        { label: 'Sendungsnummer', value: '{{tracking}}' },
      ],
      footnote: WHY.de,
      sms: '{{shopName}}: Ihre Bestellung {{number}} ist unterwegs.{{#if tracking}} Sendungsnummer {{tracking}}.{{/if}}',
    },
    fr: {
      subject: 'Votre commande {{number}} est en route',
      paragraphs: [GREETING.fr, 'Votre commande {{number}} de {{shopName}} est partie.'],
      facts: [
        { label: 'Expédiée le', value: '{{shippedOn}}' },
        { label: 'Transporteur', value: '{{carrier}}' },
        { label: 'Numéro de suivi', value: '{{tracking}}' },
      ],
      footnote: WHY.fr,
      sms: '{{shopName}} : votre commande {{number}} est en route.{{#if tracking}} Suivi : {{tracking}}.{{/if}}',
    },
  },
});

export const orderDeliveredMail = defineMailTemplate<OrderVariables & { deliveredOn: string }>({
  name: 'order-delivered',
  version: 1,
  kind: 'transactional',
  description: 'Says that an order has arrived.',
  variables: {
    ...{ shopName: SHOP, name: NAME, number: NUMBER },
    deliveredOn: { description: 'The day the goods arrived, formatted', example: 'November 23, 2026' },
  },
  languages: {
    en: {
      subject: 'Your order {{number}} has arrived',
      paragraphs: [
        GREETING.en,
        'Your order {{number}} from {{shopName}} was delivered on {{deliveredOn}}. Something is missing or broken? Answer this mail.',
      ],
      footnote: WHY.en,
      sms: '{{shopName}}: your order {{number}} was delivered.',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist angekommen',
      paragraphs: [
        GREETING.de,
        'Ihre Bestellung {{number}} von {{shopName}} wurde am {{deliveredOn}} zugestellt. Fehlt etwas oder ist etwas beschädigt? Antworten Sie auf diese Mail.',
      ],
      footnote: WHY.de,
      sms: '{{shopName}}: Ihre Bestellung {{number}} wurde zugestellt.',
    },
    fr: {
      subject: 'Votre commande {{number}} est arrivée',
      paragraphs: [
        GREETING.fr,
        'Votre commande {{number}} de {{shopName}} a été livrée le {{deliveredOn}}. Il manque quelque chose ? Répondez à ce message.',
      ],
      footnote: WHY.fr,
      sms: '{{shopName}} : votre commande {{number}} a été livrée.',
    },
  },
});

export const orderMessageMail = defineMailTemplate<OrderVariables & { message: string }>({
  name: 'order-message',
  version: 1,
  kind: 'transactional',
  description: 'Words of the shop about an order.',
  variables: {
    ...{ shopName: SHOP, name: NAME, number: NUMBER },
    message: { description: 'What the shop says', example: 'We pack your shirts tomorrow.' },
  },
  languages: {
    en: {
      subject: 'About your order {{number}} at {{shopName}}',
      paragraphs: [GREETING.en, '{{message}}'],
      footnote: WHY.en,
      sms: '{{shopName}}, order {{number}}: {{message}}',
    },
    de: {
      subject: 'Zu Ihrer Bestellung {{number}} bei {{shopName}}',
      paragraphs: [GREETING.de, '{{message}}'],
      footnote: WHY.de,
      sms: '{{shopName}}, Bestellung {{number}}: {{message}}',
    },
    fr: {
      subject: 'Votre commande {{number}} chez {{shopName}}',
      paragraphs: [GREETING.fr, '{{message}}'],
      footnote: WHY.fr,
      sms: '{{shopName}}, commande {{number}} : {{message}}',
    },
  },
});

export const reviewRequestMail = defineMailTemplate<OrderVariables & { deliveredOn: string }>({
  name: 'review-request',
  version: 1,
  kind: 'other',
  description: 'Asks how an order was. The customer can unsubscribe from it.',
  variables: {
    ...{ shopName: SHOP, name: NAME, number: NUMBER },
    deliveredOn: { description: 'The day the goods arrived, formatted', example: 'November 23, 2026' },
  },
  languages: {
    en: {
      subject: 'How was your order at {{shopName}}?',
      paragraphs: [
        GREETING.en,
        'Your order {{number}} arrived on {{deliveredOn}}. {{shopName}} would like to hear how it was: just answer this mail.',
      ],
      footnote: WHY.en,
    },
    de: {
      subject: 'Wie war Ihre Bestellung bei {{shopName}}?',
      paragraphs: [
        GREETING.de,
        'Ihre Bestellung {{number}} kam am {{deliveredOn}} an. {{shopName}} freut sich über eine Rückmeldung: Antworten Sie einfach auf diese Mail.',
      ],
      footnote: WHY.de,
    },
    fr: {
      subject: 'Comment était votre commande chez {{shopName}} ?',
      paragraphs: [
        GREETING.fr,
        'Votre commande {{number}} est arrivée le {{deliveredOn}}. {{shopName}} aimerait avoir votre avis : répondez simplement à ce message.',
      ],
      footnote: WHY.fr,
    },
  },
});
