import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import type { Customer } from './customer.js';
import {
  CustomerDto,
  CustomerInputDto,
  CustomerListDto,
  ListCustomersQuery,
  toCustomerDto,
} from './customers.dto.js';
import { CustomersService } from './customers.service.js';

@ApiTags('customers')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/customers')
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  @Get()
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'listCustomers',
    summary: 'Customers, newest first; one by e-mail or phone',
    description:
      'By time of creation. E-mail and phone are compared as they are kept: in lower case, and as E.164.',
  })
  @ApiOkResponse({ type: CustomerListDto })
  @ApiProblem('invalid_cursor')
  async list(@Tenant() shop: ShopDomain, @Query() query: ListCustomersQuery): Promise<CustomerListDto> {
    const { limit, cursor, sort, ...filter } = query;
    const { customers, ...page } = await this.customers.list(shop, filter, { sort, limit, cursor });
    return { data: customers.map(toCustomerDto), page };
  }

  @Post()
  @RequireScope('customers:write')
  @ApiOperation({
    operationId: 'createCustomer',
    summary: 'Add a customer',
    description:
      'E-mail and phone are once in a shop. Either may be missing; a phone number says its country.',
  })
  @ApiCreatedResponse({ type: CustomerDto })
  @ApiProblem('customer_exists')
  async create(
    @Tenant() shop: ShopDomain,
    @Body() body: CustomerInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDto> {
    const customer = await this.customers.create(shop, body);
    void reply.header('location', `/api/shops/${shop}/customers/${customer.id}`);
    return answer(reply, customer);
  }

  @Get(':id')
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'getCustomer',
    summary: 'One customer',
    description: 'With an ETag, which is what `If-Match` of a change takes.',
  })
  @ApiOkResponse({ type: CustomerDto })
  @ApiProblem('customer_not_found')
  async get(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDto> {
    return answer(reply, await this.customers.get(shop, id));
  }

  @Patch(':id')
  @RequireScope('customers:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateCustomer',
    summary: 'Change the fields that are given',
    description:
      'What is absent stays, null empties. With `If-Match` nothing changes when somebody was faster.',
  })
  @ApiOkResponse({ type: CustomerDto })
  @ApiProblem('customer_not_found', 'customer_exists', 'version_mismatch')
  async update(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: CustomerInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<CustomerDto> {
    return answer(reply, await this.customers.update(shop, id, body, expectedVersion(ifMatch)));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('customers:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'deleteCustomer',
    summary: 'Remove a customer; orders stay',
    description: 'Orders keep the id of the customer, and what they say of addresses.',
  })
  @ApiNoContentResponse()
  @ApiProblem('customer_not_found', 'version_mismatch')
  async delete(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.customers.delete(shop, id, expectedVersion(ifMatch));
  }
}

function answer(reply: FastifyReply, customer: Customer): CustomerDto {
  void reply.header('etag', etagOf(customer.version));
  return toCustomerDto(customer);
}
