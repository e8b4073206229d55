/** Files as exporting tills write them; all data is made up, headings are those that the exports have. */

export const loyverseByItem = `Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,Net sales,Cost of goods,Gross profit,Taxes,Dining option,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status
7/18/26 10:02 AM,1-1001,Sale,Mugs,10001,Harbour Mug,,,2.000,30.00,3.00,27.00,10.00,17.00,2.23,,POS 1,Harbour,Maya,,,,Closed
7/18/26 10:02 AM,1-1001,Sale,Cards,10002,Postcard,,,1.000,2.00,0.00,2.00,1.00,1.00,0.17,,POS 1,Harbour,Maya,,,,Closed
7/18/26 11:22 AM,1-1002,Refund,Cards,10002,Postcard,,,1.000,2.00,0.00,2.00,1.00,1.00,0.17,,POS 1,Harbour,Maya,,,,Closed
7/18/26 11:23 AM,1-1003,Sale,Cards,10002,Postcard,,,1.000,2.00,0.00,2.00,1.00,1.00,0.17,,POS 1,Harbour,Maya,,,,Cancelled
`

export const squareTransactions = `Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,Other Tender Note,Fees,Net Total,Transaction ID,Payment ID,Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,Details,Description,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID
07/18/26,10:02:11,Eastern Time (US & Canada),$30.00,-$3.00,$0.00,$27.00,$0.00,$2.23,$1.00,$0.00,$30.23,Point of Sale,$30.23,Chip,$0.00,$0.00,$0.00,,,-$0.89,$29.34,abc1,pay1,Visa,1234,Front,Maya,,,2 x Mug,Payment,Harbour,,,,
07/18/26,12:02:11,Eastern Time (US & Canada),-$2.00,$0.00,$0.00,-$2.00,$0.00,-$0.17,$0.00,$0.00,-$2.17,Point of Sale,$0.00,,-$2.17,$0.00,$0.00,,,$0.00,-$2.17,abc3,pay3,,,Front,Maya,,,Postcard,Refund,Harbour,,,,
`

export const squareItems = `Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count
2026-11-25,09:10:30,Berlin,Mugs,Mug,2.0,Regular,MUG,,$24.00,-$4.00,$20.00,$1.60,tx1,pay1,iPad,,,Payment,HAR,,,,,ea,2
2026-11-25,09:10:30,Berlin,Tea,Loose tea,0.25,Regular,TEA,,$5.00,$0.00,$5.00,$0.40,tx1,pay1,iPad,,,Payment,HAR,,,,,kg,1
2026-11-26,10:10:30,Berlin,Mugs,Mug,-1.0,Regular,MUG,,-$12.00,$2.00,-$10.00,-$0.80,tx1,pay2,iPad,,,Refund,HAR,,,,,ea,1
2026-11-26,11:00:00,Berlin,Mugs,Mug,1.0,Regular,MUG,,$12.00,$0.00,$12.00,$0.96,tx3,pay3,iPad,,,Payment,HAR,,,,,ea,1
`

export const onlineShopOrders = `Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Payment Method,Location,Employee
#1001,a@example.com,paid,2026-07-18 10:00:01 +0200,fulfilled,EUR,34.00,0.00,5.43,34.00,,0.00,,2026-07-18 10:00:00 +0200,2,Mug,15.00,MUG-1,Cash,Harbour,Maya
#1001,a@example.com,,,,,,,,,,,,2026-07-18 10:00:00 +0200,1,Tote,4.00,TOTE-1,,,
#1002,a@example.com,paid,2026-07-18 11:00:01 +0200,fulfilled,EUR,4.00,0.00,0.64,4.00,,0.00,,2026-07-18 11:00:00 +0200,1,Tote,4.00,TOTE-1,Card,Harbour,Maya
`

/** Semicolons, a decimal comma, two tills that count on their own, a total on each row, rows of the report. */
export const germanTills = `Tagesbericht Filiale Hafen;;;;;;;;;
;;;;;;;;;
Kasse;Bon-Nr.;Datum;Uhrzeit;Vorgangsart;Artikelnr.;Bezeichnung;Menge;Betrag;MwSt;Summe;Zahlart
1;501;18.07.2026;09:05;Verkauf;A-1;Hose;1;1.059,90;169,23;1.079,80;EC-Karte
1;501;18.07.2026;09:05;Verkauf;A-2;Gürtel;2;19,90;3,18;1.079,80;EC-Karte
2;501;18.07.2026;09:07;Verkauf;A-2;Gürtel;1;9,95;1,59;9,95;Bar
Seite 1 von 2;;;;;;;;;;;
Kasse;Bon-Nr.;Datum;Uhrzeit;Vorgangsart;Artikelnr.;Bezeichnung;Menge;Betrag;MwSt;Summe;Zahlart
2;502;18.07.2026;09:30;Retoure;A-2;Gürtel;1;9,95;1,59;9,95;Bar
Gesamt;;;;;;;4;1.079,80;;;
`

/** Each way of payment has a column; day and month can't be told apart; no heading names a currency. */
export const dayOrMonth = `Transaction #|Date|Register|Item #|Description|Qty|Extended Price|Sales Tax|Payment Type
1001|3/4/2026 10:02|1|A-1|Mug|2|15.00|1.24|Klubbkort
1002|3/5/2026 10:02|1|A-1|Mug|1|7.50|0.62|Visa
`

/** Tax on top or within is told by the rate alone. */
export const taxByRate = `Ticket\tDate\tProduct code\tItem\tQty\tLine total\tVAT %\tVAT amount
T-1\t2026-07-18 10:00\tA-1\tMug\t1\t£12.00\t20%\t£2.00
T-2\t2026-07-18 10:05\tA-2\tBook\t1\t£8.40\t5%\t£0.40
`

/** Rows of lines and payments, several payments of one receipt, one that rounds. */
export const rowsOfPayments = `Date,Receipt Number,Line Type,Quantity,Subtotal,Sales Tax,Total,Paid,Details,Register,Status,SKU
2026-07-18 14:01:00,4010,Sale,1,42.61,6.39,49.00,49.00,,Main,CLOSED,
2026-07-18 14:01:00,4010,Sale Line,1,42.61,6.39,49.00,,Shirt,Main,CLOSED,10043
2026-07-18 14:01:00,4010,Payment,,,,,20.00,Cash,Main,CLOSED,
2026-07-18 14:01:00,4010,Payment,,,,,29.00,Credit Card,Main,CLOSED,
2026-07-18 14:05:00,4011,Sale,1,2.17,0.32,2.49,2.49,,Main,CLOSED,
2026-07-18 14:05:00,4011,Sale Line,1,2.17,0.32,2.49,,Card,Main,CLOSED,10045
2026-07-18 14:05:00,4011,Payment,,,,,2.50,Cash,Main,CLOSED,
2026-07-18 14:05:00,4011,Payment,,,,,-0.01,Cash Rounding,Main,CLOSED,
2026-07-18 14:09:00,4012,Sale,1,2.17,0.32,2.49,0.00,,Main,SAVED,
2026-07-18 14:09:00,4012,Sale Line,1,2.17,0.32,2.49,,Card,Main,SAVED,10045
`
