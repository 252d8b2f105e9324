import { formatMoney } from '../../../kernel/money.js';
import type { Fact, Variables } from '../../../platform/mail/mail-template.js';
import type { Customer } from '../../customers/index.js';
import type { Order } from '../../orders/index.js';
import type { Shop } from '../../shops/index.js';

/** A mail is no catalogue: more lines are told of by their number. */
const ROWS = 30;
/** What Shopify calls the only variant of a product without options. */
const NO_OPTION = 'Default Title';

/** Everything an order's templates may ask for, as far as it is there. */
export function orderVariables(
  { name: shopName, timeZone }: Pick<Shop, 'name' | 'timeZone'>,
  order: Order,
  { firstName: name }: Pick<Customer, 'firstName'>,
  language: string,
  message = '',
): Variables {
  const { number, totals, currency, fulfilment } = order;
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone });
  const on = (date: Date | null) => (date ? day.format(date) : '');
  return {
    ...{ shopName, name, message, number: number === undefined ? '' : String(number) },
    rows: rowsOf(order, language),
    total: amount(totals.total, currency, language),
    carrier: fulfilment.carrier ?? '',
    tracking: fulfilment.trackingNumber ?? '',
    shippedOn: on(fulfilment.shippedAt),
    deliveredOn: on(fulfilment.deliveredAt),
  };
}

function rowsOf({ lines, shipping, currency }: Order, language: string): Fact[] {
  const rest = lines.length - ROWS;
  return [
    ...lines.slice(0, ROWS).map(({ title, optionValues, quantity, total }) => ({
      label: `${quantity} × ${[title, ...optionValues.filter((value) => value !== NO_OPTION)].join(' · ')}`,
      value: amount(total, currency, language),
    })),
    ...(rest > 0 ? [{ label: `+ ${rest}`, value: '…' }] : []),
    ...(shipping ? [{ label: shipping.title, value: amount(shipping.total, currency, language) }] : []),
  ];
}

function amount(minor: number, currency: string, language: string): string {
  // the digits as text: nothing is rounded on the way
  const digits = formatMoney(minor, currency) as Intl.StringNumericLiteral;
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(digits);
}
