/** Why a row, and with it its product, is refused. Stable: clients and translations depend on these. */
export type RowErrorCode =
  | 'broken_quoting'
  | 'column_count'
  | 'unnamed_column'
  | 'missing_handle'
  | 'invalid_handle'
  | 'handle_not_contiguous'
  | 'missing_title'
  | 'value_too_long'
  | 'invalid_price'
  | 'invalid_number'
  | 'invalid_boolean'
  | 'unknown_status'
  | 'unknown_inventory_policy'
  | 'unknown_weight_unit'
  | 'too_many_tags'
  | 'missing_option_name'
  | 'missing_option_value'
  | 'duplicate_option_name'
  | 'duplicate_variant'
  | 'too_many_variants'
  | 'invalid_image_url'
  | 'invalid_image_position'
  | 'missing_image'
  | 'duplicate_image'
  | 'too_many_images'
  | 'empty_row'
  | 'option_columns_needed';

/** One thing wrong with one row. */
export interface RowProblem {
  /** Physical line of the file where the row starts, from 1; line 1 is the header. */
  line: number;
  /** Header of the cell, as the file writes it. */
  column?: string;
  handle?: string;
  code: RowErrorCode;
  message: string;
}

/** What a cell parser answers instead of a value. */
export class CellProblem {
  constructor(
    readonly code: RowErrorCode,
    readonly message: string,
  ) {}
}

/** A product which is fine by itself but cannot be joined with what is stored (see `completeDraft`). */
export class MergeError extends Error {
  constructor(
    readonly code: Extract<RowErrorCode, 'missing_title' | 'option_columns_needed'>,
    message: string,
  ) {
    super(message);
    this.name = 'MergeError';
  }
}
