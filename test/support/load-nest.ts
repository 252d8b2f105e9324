/**
 * @nestjs/throttler is CommonJS and requires Nest, which is ESM. Node does that at any time; jest runs CommonJS while
 * it still links the importing graph, and can only hand out Nest if that was evaluated before.
 */
import '@nestjs/common';
import '@nestjs/core';
