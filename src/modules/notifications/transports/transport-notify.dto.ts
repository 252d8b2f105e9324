import { EnumField, StringField } from '../../../platform/http/fields.js';
import { LANGUAGE_FIELD } from '../orders/order-notify.dto.js';
import { transportMessageMail, transportStatusMail } from '../templates/transport-templates.js';

export const TRANSPORT_NOTICES = [transportStatusMail.name, transportMessageMail.name] as const;
export const PARTIES = ['client', 'carrier'] as const;
export type TransportParty = (typeof PARTIES)[number];

export class NotifyTransportOrderDto {
  @EnumField(PARTIES, {
    example: 'carrier',
    description: 'Who is told: the owners of that organisation or shop',
  })
  party: TransportParty;

  @EnumField(TRANSPORT_NOTICES, { example: 'transport-message', description: 'What is told' })
  template: string;

  @StringField({
    optional: true,
    minLength: 1,
    maxLength: 2_000,
    example: 'The ramp is free from nine.',
    description: 'What is said, where the template carries it; plain text',
  })
  message?: string;

  @StringField({ ...LANGUAGE_FIELD, description: 'BCP 47; English if absent' })
  language?: string;
}
