import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ProductsModule } from '../products/index.js';
import { DeviceDocument, DeviceSchema } from './device.schema.js';
import { DevicesController } from './devices.controller.js';
import { DevicesRepository } from './devices.repository.js';
import { DevicesService } from './devices.service.js';

/** Serialised units of variants: serial number, IMEI, where they are. */
@Module({
  imports: [ProductsModule, MongooseModule.forFeature([{ name: DeviceDocument.name, schema: DeviceSchema }])],
  controllers: [DevicesController],
  providers: [DevicesRepository, DevicesService],
  exports: [DevicesService],
})
export class DevicesModule {}
