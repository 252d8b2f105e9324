import { assertCurrency } from '../../../kernel/currency.js';
import { AppError } from '../../../kernel/errors.js';
import { BooleanField } from '../../../platform/http/fields.js';
import { validationPipe } from '../../../platform/http/validation.pipe.js';
import { assertTerms } from '../transport-order-terms.js';
import type { TransportTerms } from '../transport-order.js';
import { TransportTermsDto } from '../transport-orders.dto.js';
import type { TransportRowProblem } from './transport-import.job.js';
import type { TransportRow } from './transport-row.js';

class TransportRowDto extends TransportTermsDto {
  @BooleanField({ optional: true }) draft = false;
}

const pipe = validationPipe();

/** What a row wants, or what is wrong with it by the rules of the creation of one order. */
export async function checkRow(
  line: number,
  row: TransportRow,
): Promise<{ terms: TransportTerms; draft: boolean } | { problems: TransportRowProblem[] }> {
  try {
    const body: unknown = await pipe.transform(row.body(), { type: 'body', metatype: TransportRowDto });
    const { draft, ...terms } = body as TransportRowDto;
    assertCurrency(terms.currency);
    assertTerms(terms);
    return { terms, draft };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'validation_failed') throw error;
    const { reference } = row;
    const problems = (error.more.errors ?? []).map(({ field, code, message }) => ({
      ...{ line, column: row.columnOf(field), ...(reference === '' ? {} : { reference }), code, message },
    }));
    return { problems };
  }
}
