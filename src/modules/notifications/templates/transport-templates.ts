import { defineMailTemplate } from '../../../platform/mail/mail-template.js';

const REFERENCE = { description: "The client's name for the transport", example: 'SHIP-1042' };
const FROM = { description: 'Where the goods are picked up', example: 'Berlin' };
const TO = { description: 'Where they go', example: 'Hamburg' };
const STATUS = { description: 'The state of the transport', example: 'PICKED_UP' };
const WHY = {
  en: 'You get this as an owner of a party to the transport order {{reference}}.',
  de: 'Diese Mail geht an die Inhaber der Beteiligten des Transportauftrags {{reference}}.',
  fr: "Ce message va aux propriétaires des parties à l'ordre de transport {{reference}}.",
};
const FACTS = {
  en: [
    { label: 'From', value: '{{from}}' },
    { label: 'To', value: '{{to}}' },
    { label: 'State', value: '{{status}}' },
  ],
  de: [
    { label: 'Von', value: '{{from}}' },
    { label: 'Nach', value: '{{to}}' },
    { label: 'Stand', value: '{{status}}' },
  ],
  fr: [
    { label: 'De', value: '{{from}}' },
    { label: 'À', value: '{{to}}' },
    { label: 'État', value: '{{status}}' },
  ],
};

// a type, not an interface: only that fits an index of names

export type TransportVariables = { reference: string; from: string; to: string; status: string };

export const transportStatusMail = defineMailTemplate<TransportVariables & { note: string }>({
  name: 'transport-status',
  version: 1,
  kind: 'transactional',
  description: 'Tells a party of a transport how far it is.',
  variables: {
    ...{ reference: REFERENCE, from: FROM, to: TO, status: STATUS },
    note: { description: 'What was said of the step', example: 'Two pallets', optional: true },
  },
  languages: {
    en: {
      subject: 'Transport {{reference}}: {{status}}',
      paragraphs: ['The transport order {{reference}} is {{status}}.', '{{note}}'],
      facts: FACTS.en,
      footnote: WHY.en,
    },
    de: {
      subject: 'Transport {{reference}}: {{status}}',
      paragraphs: ['Der Transportauftrag {{reference}} hat den Stand {{status}}.', '{{note}}'],
      facts: FACTS.de,
      footnote: WHY.de,
    },
    fr: {
      subject: 'Transport {{reference}} : {{status}}',
      paragraphs: ["L'ordre de transport {{reference}} est à l'état {{status}}.", '{{note}}'],
      facts: FACTS.fr,
      footnote: WHY.fr,
    },
  },
});

export const transportMessageMail = defineMailTemplate<
  TransportVariables & { message: string; sender: string }
>({
  name: 'transport-message',
  version: 1,
  kind: 'transactional',
  description: 'Words of one party of a transport to the other.',
  variables: {
    ...{ reference: REFERENCE, from: FROM, to: TO, status: STATUS },
    message: { description: 'What the party says', example: 'The ramp is free from nine.' },
    sender: { description: 'Who says it', example: 'Hansa Fracht' },
  },
  languages: {
    en: {
      subject: 'About the transport {{reference}}',
      paragraphs: ['{{sender}} writes:', '{{message}}'],
      facts: FACTS.en,
      footnote: WHY.en,
    },
    de: {
      subject: 'Zum Transport {{reference}}',
      paragraphs: ['{{sender}} schreibt:', '{{message}}'],
      facts: FACTS.de,
      footnote: WHY.de,
    },
    fr: {
      subject: 'Au sujet du transport {{reference}}',
      paragraphs: ['{{sender}} écrit :', '{{message}}'],
      facts: FACTS.fr,
      footnote: WHY.fr,
    },
  },
});
