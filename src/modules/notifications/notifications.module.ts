import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CustomersModule } from '../customers/index.js';
import { OrdersModule } from '../orders/index.js';
import { ShopsModule } from '../shops/index.js';
import { TransportOrdersModule } from '../transport-orders/index.js';
import { Channels } from './delivery/channels.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { EmailProcessor } from './delivery/email.processor.js';
import { NotificationContent } from './notification-content.js';
import { NotificationDocument, NotificationSchema } from './notification.schema.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotificationsService } from './notifications.service.js';
import { OrderNoticesHandler } from './orders/order-notices.handler.js';
import { OrderNoticesService } from './orders/order-notices.service.js';
import { OrderNotifyController } from './orders/order-notify.controller.js';
import { MailSuppressionsController } from './suppressions/mail-suppressions.controller.js';
import { TransportNoticesService } from './transports/transport-notices.service.js';
import { TransportNotifyController } from './transports/transport-notify.controller.js';

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
  ],
  providers: [
    NotificationsRepository,
    NotificationsService,
    NotificationContent,
    Channels,
    DeliveryService,
    EmailProcessor,
    OrderNoticesService,
    OrderNoticesHandler,
    TransportNoticesService,
  ],
})
export class NotificationsModule {}
