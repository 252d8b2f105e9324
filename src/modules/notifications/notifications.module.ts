import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CustomersModule } from '../customers/index.js';
import { OrdersModule } from '../orders/index.js';
import { ShopsModule } from '../shops/index.js';
import { TransportOrdersModule } from '../transport-orders/index.js';
import { Channels } from './delivery/channels.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { EmailProcessor } from './delivery/email.processor.js';
import { SmsProcessor } from './delivery/sms.processor.js';
import { NotificationContent } from './notification-content.js';
import { NotificationDocument, NotificationSchema } from './notification.schema.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotificationsService } from './notifications.service.js';
import { OrderNoticesHandler } from './orders/order-notices.handler.js';
import { OrderNoticesService } from './orders/order-notices.service.js';
import { OrderNotifyController } from './orders/order-notify.controller.js';
import { MailReportsController } from './reports/mail-reports.controller.js';
import { MailReportsService } from './reports/mail-reports.service.js';
import { SmsProvider } from './sms/sms-provider.js';
import { TwilioStatusController } from './sms/twilio-status.controller.js';
import { TwilioProvider } from './sms/twilio.provider.js';
import { MailSuppressionsController } from './suppressions/mail-suppressions.controller.js';
import { MailTemplatesController } from './templates/mail-templates.controller.js';
import { TransportNoticesService } from './transports/transport-notices.service.js';
import { TransportNotifyController } from './transports/transport-notify.controller.js';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller.js';
import { UnsubscribeLinks } from './unsubscribe/unsubscribe-links.js';

/** What people are told of orders and transports, and the log of it. */
@Module({
  imports: [
    ShopsModule,
    CustomersModule,
    OrdersModule,
    TransportOrdersModule,
    MongooseModule.forFeature([{ name: NotificationDocument.name, schema: NotificationSchema }]),
  ],
  controllers: [
    NotificationsController,
    OrderNotifyController,
    TransportNotifyController,
    MailSuppressionsController,
    MailTemplatesController,
    UnsubscribeController,
    MailReportsController,
    TwilioStatusController,
  ],
  providers: [
    NotificationsRepository,
    NotificationsService,
    NotificationContent,
    Channels,
    DeliveryService,
    EmailProcessor,
    SmsProcessor,
    UnsubscribeLinks,
    MailReportsService,
    { provide: SmsProvider, useClass: TwilioProvider },
    OrderNoticesService,
    OrderNoticesHandler,
    TransportNoticesService,
  ],
})
export class NotificationsModule {}
