export { CustomersModule } from './customers.module.js';
export { CustomersService } from './customers.service.js';
export { CustomerDto, toCustomerDto } from './customers.dto.js';
export type { Customer } from './customer.js';
export { phoneNumber } from './phone-number.js';
