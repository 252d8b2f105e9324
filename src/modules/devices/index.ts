export { DevicesModule } from './devices.module.js';
export { DevicesService } from './devices.service.js';
export { DeviceDto, toDeviceDto } from './devices.dto.js';
export type { Device } from './device.js';
