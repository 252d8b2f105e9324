import { ERROR_CODES } from '../../kernel/errors.js';

/** OpenAPI schema of every error body (RFC 9457). */
export const PROBLEM_SCHEMA = {
  type: 'object' as const,
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string' as const, example: 'urn:entrepot:problem:product_not_found' },
    title: { type: 'string' as const, example: 'There is no such product' },
    status: { type: 'integer' as const, example: 404 },
    detail: { type: 'string' as const, example: 'There is no product "42" in this shop.' },
    instance: { type: 'string' as const, example: '/api/shops/nordlys-apparel.myshopify.com/products/42' },
    code: { type: 'string' as const, enum: [...ERROR_CODES], example: 'product_not_found' },
    requestId: { type: 'string' as const, example: '5d3f0a52-7c38-4d0e-9d3e-3f6b6f0a1c11' },
    errors: {
      type: 'array' as const,
      description: 'What is wrong with which field',
      items: {
        type: 'object' as const,
        required: ['field', 'code', 'message'],
        properties: {
          field: { type: 'string' as const, example: 'variants.0.price' },
          code: { type: 'string' as const, example: 'is_int' },
          message: { type: 'string' as const, example: 'must be an integer number' },
        },
      },
    },
  },
};
