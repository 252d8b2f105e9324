import { EnumField, StringField } from '../../../platform/http/fields.js';
import { NOTIFICATION_CHANNELS, type NotificationChannel } from '../notification.schema.js';
import { ORDER_NOTICE_NAMES } from './order-notice-templates.js';

export const LANGUAGE_FIELD = {
  optional: true,
  maxLength: 15,
  pattern: /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/,
  example: 'de',
};

export class NotifyOrderDto {
  @EnumField(ORDER_NOTICE_NAMES, { example: 'order-message', description: 'What is told' })
  template: string;

  @EnumField(NOTIFICATION_CHANNELS, {
    optional: true,
    default: 'email',
    description: "To the customer's e-mail address or phone",
  })
  channel: NotificationChannel = 'email';

  @StringField({
    optional: true,
    minLength: 1,
    maxLength: 2_000,
    example: 'We pack your shirts tomorrow.',
    description: 'What the shop says, where the template carries it; plain text',
  })
  message?: string;

  @StringField({ ...LANGUAGE_FIELD, description: "BCP 47; the customer's, then the shop's if absent" })
  language?: string;
}
