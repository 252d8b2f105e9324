import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { CustomersModule } from '../customers/index.js';
import { DevicesModule } from '../devices/index.js';
import { InventoryModule } from '../inventory/index.js';
import { ProductsModule } from '../products/index.js';
import { OrderActionsController } from './order-actions.controller.js';
import { OrderAnswer } from './order-answer.js';
import { OrderCancellationsService } from './order-cancellations.service.js';
import { OrderDevicesController } from './order-devices.controller.js';
import { OrderDevicesService } from './order-devices.service.js';
import { OrderEditor } from './order-editor.js';
import { expireOrders } from './order-expiry.job.js';
import { OrderExpiryProcessor } from './order-expiry.processor.js';
import { OrderExpiryService } from './order-expiry.service.js';
import { OrderFulfilmentService } from './order-fulfilment.service.js';
import { OrderNumbers } from './order-numbers.js';
import { OrderPaymentsService } from './order-payments.service.js';
import { OrderPlacementService } from './order-placement.service.js';
import { OrderShipmentsService } from './order-shipments.service.js';
import { OrderViewService } from './order-view.service.js';
import { OrderDocument, OrderSchema } from './order.schema.js';
import { OrdersController } from './orders.controller.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';
import { SalesRepository } from './sales.repository.js';

/** What is sold: orders from the draft to the delivery, their payments, returns and refunds. */
@Module({
  imports: [
    ProductsModule,
    CustomersModule,
    InventoryModule,
    DevicesModule,
    MongooseModule.forFeature([{ name: OrderDocument.name, schema: OrderSchema }]),
  ],
  controllers: [OrdersController, OrderActionsController, OrderDevicesController],
  providers: [
    OrdersRepository,
    SalesRepository,
    OrderEditor,
    OrderNumbers,
    OrderPlacementService,
    OrdersService,
    OrderPaymentsService,
    OrderFulfilmentService,
    OrderCancellationsService,
    OrderShipmentsService,
    OrderDevicesService,
    OrderViewService,
    OrderAnswer,
    OrderExpiryService,
    OrderExpiryProcessor,
  ],
  exports: [OrdersService, SalesRepository, OrderFulfilmentService, OrderShipmentsService],
})
export class OrdersModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '* * * * *', job: expireOrders, payload: {} },
      description: 'Cancels unpaid orders whose time is over; settles reservations left behind.',
    });
  }
}
