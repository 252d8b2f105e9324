export { PricingModule } from './pricing.module.js';
export { QuotesService } from './quotes.service.js';
export { MAX_MEASURE, MAX_STOPS, PriceDto } from './quotes.dto.js';
export { QUOTE_RULES, type Quote, type QuoteRequest, type QuoteRule } from './quote.js';
export type { Price } from './price.js';
