import {
  orderDeliveredMail,
  orderMessageMail,
  orderPlacedMail,
  orderShippedMail,
  reviewRequestMail,
} from '../templates/order-templates.js';

/** What a shop can tell a customer about an order. */
export const ORDER_NOTICES = {
  [orderPlacedMail.name]: orderPlacedMail,
  [orderShippedMail.name]: orderShippedMail,
  [orderDeliveredMail.name]: orderDeliveredMail,
  [orderMessageMail.name]: orderMessageMail,
  [reviewRequestMail.name]: reviewRequestMail,
};

export const ORDER_NOTICE_NAMES = Object.keys(ORDER_NOTICES);
