import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/index.js';
import { TransportOrdersModule } from '../transport-orders/index.js';
import { ShipmentDocument, ShipmentSchema } from './shipment.schema.js';
import { ShipmentOrdersHandler } from './shipment-orders.handler.js';
import { ShipmentStatusHandler } from './shipment-status.handler.js';
import { ShipmentTransportsService } from './shipment-transports.service.js';
import { ShipmentsController } from './shipments.controller.js';
import { ShipmentsRepository } from './shipments.repository.js';
import { ShipmentsService } from './shipments.service.js';
import { TaskDocument, TaskSchema } from './tasks/task.schema.js';
import { TasksController } from './tasks/tasks.controller.js';
import { TasksRepository } from './tasks/tasks.repository.js';
import { TasksService } from './tasks/tasks.service.js';

/** What was sold on its way: orders and the transports that fulfil them, told of each other by events. */
@Module({
  imports: [
    OrdersModule,
    TransportOrdersModule,
    MongooseModule.forFeature([
      { name: ShipmentDocument.name, schema: ShipmentSchema },
      { name: TaskDocument.name, schema: TaskSchema },
    ]),
  ],
  controllers: [ShipmentsController, TasksController],
  providers: [
    ShipmentsRepository,
    ShipmentsService,
    ShipmentTransportsService,
    ShipmentOrdersHandler,
    ShipmentStatusHandler,
    TasksRepository,
    TasksService,
  ],
})
export class ShipmentsModule {}
