/**
 * What people read about each exception, and the phrases used inside it. `{name}` is a field; the fields a message
 * needs are typed from these texts. A key is an exception's kind, with a variant behind a full stop where one kind has
 * several wordings.
 */
export const en = {
  'exceptions-beyond-limit':
    'Store {store} has more than {limit} open exceptions of kind "{kind}"; {more} more were counted and are not listed. Find what causes them: usually one till or one setting.',
  'promised-beyond-stock':
    'Store {store}, {warehouse}: {promised} of {sku} are promised to customers and {held} are in stock: {missing} are missing. Orders that wait for it: {orders}. Count the item. If it is not there, find a replacement or tell the customers.',
  'clock-wrong.ahead':
    'The clock of till "{till}" in store {store} is {minutes|minute|minutes} ahead of the hub. Its sales carry that time. Set the clock of the till’s PC by an internet time server.',
  'clock-wrong.behind':
    'The clock of till "{till}" in store {store} is {minutes|minute|minutes} behind the hub. Its sales carry that time. Set the clock of the till’s PC by an internet time server.',
  'event-unreadable':
    'An event of kind "{kind}" from store {store} could not be applied ({problem}). It is kept in full. Update the hub, or ask for help with the record’s number.',
  'receipt-of-two-tills.sale':
    'Receipt {receipt} of {soldAt} for {total}, sold at till "{till}" in store {store}, is not counted: till "{other}" has another receipt of this number. If each till numbers its own receipts, give source "{source}" another name at till "{till}", write "countsAgain": ["{source}"] into its entry in agent.json and start its agent again: the receipt then counts, and no other twice.',
  'receipt-of-two-tills.void':
    'Till "{till}" in store {store} has voided its receipt {receipt}, which is not counted because till "{other}" has another receipt of this number. There is nothing to void. If each till numbers its own receipts, give source "{source}" another name at till "{till}", write "countsAgain": ["{source}"] into its entry in agent.json and start its agent again.',
  'receipt-of-two-tills.entry':
    'Stock entry {entry} of {happenedAt} ({quantity} of {sku}) from till "{till}" in store {store} is not counted: till "{other}" has another entry of this number. If each till keeps its own stock diary, give source "{source}" another name at till "{till}", write "countsAgain": ["{source}"] into its entry in agent.json and start its agent again: the entry then counts, and no other twice.',
  'receipt-of-two-tills.cash':
    'Cash movement {receipt} of {date} for {amount} from till "{till}" in store {store} is not counted: till "{other}" has another one of this number. If each till numbers its own receipts, give source "{source}" another name at till "{till}", write "countsAgain": ["{source}"] into its entry in agent.json and start its agent again: the movement then counts, and no other twice.',
  'ingest-blocked':
    'Till "{till}" of store {store} cannot deliver its sales: each time, the hub fails to store record {epoch}/{seq} ({error}: {why}). The till keeps that record and all behind it, and sends them again. Check the hub’s disk and database. If only this till is blocked, ask for help with the hub’s log.',
  'ingest-blocked.handshake':
    'Till "{till}" of store {store} reaches the hub, but the hub fails each time to take it in ({error}: {why}). The till keeps its sales and tries again. Check the hub’s disk and database. If only this till is affected, ask for help with the hub’s log.',
  'stream-forked':
    'Till "{till}" of store {store} is stopped: {reason} Re-enrol it with: tillbridge-hub enrol-code {store} --till "{till}". It then sends the sales it still holds, once.',
  'till-restored':
    'A till of store {store} was restored from a backup and continues in a new epoch. Sales that its POS still holds are read again and count once. What only the till held since the backup may be missing: sales that the POS posted to it, printed receipts, and pickup steps. Find out why it was restored.',
  'journal-damaged.whole':
    'The journal of till "{till}" in store {store} was damaged ({cause}). All of its content could be read and is in use again. Check the disk of this computer before it fails again. The damaged file is kept there as {file}.',
  'journal-damaged.missing':
    'The journal of till "{till}" in store {store} was damaged ({cause}). These could not be read: {missing}. What the POS still holds is read again and counts once. Compare the till’s receipts of that day with the hub, and check the disk of this computer. The damaged file is kept there as {file}.',
  'audit-failed.chain':
    'The stored events of a till are not whole at {subject}: one was changed, or is missing. Run: tillbridge-hub audit. If it still says so, check the disk and restore the newest backup.',
  'audit-failed.level':
    'The stock level {subject} is not the sum of its movements. Run: tillbridge-hub audit. If it still says so, keep a copy of the database and report it.',
  'audit-failed.due':
    'What is still to be sent to Shopify for {subject} does not agree with the movements that wait. Run: tillbridge-hub audit. If it still says so, keep a copy of the database and report it.',
  'audit-failed.held':
    'What is held back from Shopify of {subject} is not the fraction that the ledger has beyond whole units. Run: tillbridge-hub audit. If it still says so, keep a copy of the database and report it.',
  'audit-failed.agreement':
    'What the hub compared Shopify’s stock of {subject} with is not what the ledger has, less what is due, held back and on its way. Run: tillbridge-hub audit. If it still says so, keep a copy of the database and report it.',
  'audit-failed.line':
    'Receipt line {subject} moved stock by another quantity than was sold. Run: tillbridge-hub audit. If it still says so, keep a copy of the database and report it.',
  'audit-failed.write':
    'Old requests to Shopify ({subject}) cannot be read. Check the disk and restore the newest backup.',
  'audit-failed.other':
    'The nightly check found what this version of the hub has no words for: {what}, {subject}. Restart the hub, so that all of it is of one version, and run: tillbridge-hub audit.',
  'audit-failed.not-run': 'The nightly check of the hub could not run ({why}). Run: tillbridge-hub audit.',
  'hub-disk-full':
    'The hub’s disk is full. The hub still stores everything, in the 16 MB that it keeps for that; once they are used up it stores nothing, and tills keep their sales. Make room on the disk now.',
  'database-damaged':
    'A part of the hub’s database cannot be read ({why}). What lies elsewhere in it still works; the tills keep what the hub cannot store. Run: tillbridge-hub audit. Then check the disk and restore the newest backup.',
  'database-damaged.record':
    'The record beside the hub’s database could not be read. It is set aside as {aside}, and a new one has begun; sales and stock writes go on. If the database is put back to a backup of before, the hub asks Shopify about what it has sent. Check the disk, then make a backup.',
  'device-silent':
    'Till "{till}" of store {store} has not connected for two days. Its sales may be missing here. Check that its computer is on and online; if the till is no longer in use, revoke it.',
  'till-held-back':
    'Till "{till}" of store {store} sends more records that the hub cannot read than it takes from one till ({limit} MiB a day). The till keeps the rest and the sales behind them, and the hub takes them slowly; nothing is lost. If the till’s agent is newer than the hub, update the hub. If not, find out what the till sends, or revoke it.',
  'refused-rows-beyond-limit':
    'Till "{till}" of store {store} refuses so many rows of its POS that the hub no longer keeps their content ({limit} MiB a day; {more} rows beyond). They are counted, and their content is in the POS. Find the common cause, usually a setting of the source.',
  'look-ups-beyond-limit':
    'Till "{till}" of store {store} looked up more than {limit} orders within an hour, which shows it the names of customers. It is held back until the hour is over. Ask the store whether its staff did that. If the till is not where it belongs, revoke it.',
  'till-unusual.receipts':
    'Till "{till}" of store {store} sent {value|receipt|receipts} of one hour; its busiest hour until then had {most}. Ask the store whether these sales took place. They count until they are voided in the POS.',
  'till-unusual.sold':
    'Till "{till}" of store {store} sold for {value} within one hour; the most until then was {most}. Ask the store whether these sales took place. They count until they are voided in the POS.',
  'till-unusual.refunded':
    'Till "{till}" of store {store} paid back {value} within one hour; the most until then was {most}. Ask the store whether these refunds took place. They count until they are voided in the POS.',
  'till-unusual.late':
    'Till "{till}" of store {store} sent {value|receipt|receipts} within one hour that it dated back or ahead; a day of its busiest hours has {most}. Ask the store whether these sales took place. They count until they are voided in the POS.',
  'till-unusual.units':
    'Till "{till}" of store {store} sold or took back {value|unit|units} of one item on one receipt; the most until then was {most}. Check whether a code was scanned into the quantity. The receipt counts until it is voided or corrected in the POS.',
  'till-unusual.amount':
    'Till "{till}" of store {store} sent a receipt with a line of {value}; the most until then was {most}. Check whether a code was scanned into the price. The receipt counts until it is voided or corrected in the POS.',
  'device-silent.hours':
    'Till "{till}" of store {store} has not connected for {minutes|minute|minutes} of the store’s opening hours. Its sales may be missing here, and it shows no new pickups. Check that its computer is on and online; if the till is no longer in use, revoke it.',
  'release-stopped':
    'The update of the tills to version {version} was stopped: {why}. They went on with the version before. Read what update-failed says of these tills; then withdraw the release and offer a corrected one, or offer it again.',
  'update-failed': 'Till "{till}" of store {store} could not keep version {version} and runs {runs}: {why}',
  'settings-stopped':
    'Version {version} of the tills’ settings, which {by} set ("{what}"), was stopped: {why}. They run with the settings before. Read what settings-failed says of these tills; then set corrected settings, drop the version, or offer it again.',
  'settings-stopped.restored':
    'Version {version} of the tills’ settings, which {by} set ("{what}"), reaches no further till: {why}. Tills that have it keep it. Offer it again or drop it.',
  'settings-failed':
    'Till "{till}" of store {store} could not keep version {version} of its settings and runs with those before: {why}',
  'device-unknown':
    '{devices|till that this hub does not know has|tills that this hub does not know have} tried to connect within a day, the last of them as {device}. If the hub was restored from a backup, it has forgotten the tills that were enrolled since: enrol them again with a new code, and they send what they hold. If no till says that the hub does not know it, a stranger has reached the hub’s address; nothing of it was taken in.',
  'hub-copied':
    'Two copies of this hub are running: till "{till}" of store {store} was connected here, and since then another hub of this name has taken records from it. Both may send stock to Shopify. Find the other one, such as a cloned or restored virtual machine, and stop it. Then run: tillbridge-hub audit.',
  'hub-behind':
    'The hub is missing {missing|record|records} that it had confirmed to till "{till}", because it was restored from a backup. The till is sending them again.',
  'hub-behind.served':
    'Till "{till}" was served by this hub at a time that its database does not know: the database was put back, and the record beside it too. What was sent to Shopify for this store in that time is in no record, so the hub checks each item against Shopify before it posts to it.',
  'history-damaged':
    'Packed events of store {store} cannot be read: {events}. They were changed on disk. Sales and stock are not affected. Check the hub’s disk, and restore the database from a backup.',
  'pos-row-refused':
    'Store {store}: {row} of "{source}" was refused ({code}) and does not count until it is corrected. The till reports: “{said}”',
  'pos-row-refused.former-store':
    'Store {store}: {row} of "{source}" belongs to a store where this till PC was before. It changed no books ({code}). Correct the books of its store by hand, then close this exception. The till reports: “{said}”',
  'receipt-unparsed':
    'Store {store}: a printed receipt of "{source}" could not be read ({code}) and does not count. The till reports: “{said}”',
  'unposted-sale':
    'Receipt {receipt} of {soldAt} was printed at till {till} in store {store}, but {expected} has no such sale. Look for it in the POS. If it is lost, enter it there.',
  'unposted-sale.no-number':
    'A receipt without a number of {soldAt} was printed at till {till} in store {store}, but {expected} has no such sale. Look for it in the POS. If it is lost, enter it there.',
  'pos-write-refused':
    'Store {store}: {what} {order} could not be written into POS "{source}" ({code}). The till reports: “{said}”',
  'pos-unread':
    'Till "{till}" of store {store} has not been able to read POS "{source}" for an hour: what is sold there is missing here. {why} Check that the POS runs and that its data can be reached from the till.',
  'pins-guessed':
    'At till "{till}" of store {store} {wrong} wrong PINs or unknown badges were entered within an hour. Ask the store who was there; change the PIN of a person whose PIN may be known: `tillbridge-hub staff pin`.',
  'till-disk-full':
    'The disk of till "{till}" in store {store} is full. It still records sales, in the space that it keeps for that; once this is used up it records nothing. Make room on that disk now.',
  'own-settings-broken': 'Till "{till}" of store {store} does not run with its agent.json. {why}',
  'reads-no-sales':
    'Till "{till}" of store {store} reads no sales until its agent.json is corrected: what it sells does not reach head office. {why}',
  'till-disk-low':
    'The disk of till "{till}" in store {store} has only {free} MB free. Make room before it is full: old logs, downloads, updates.',
  'hub-certificate-ends':
    'The hub’s certificate, as {tills|of its tills sees|of its tills see} it (one is "{till}" of store {store}), ends on {ends}. Without a new one no till connects after that. Renew it on the hub’s proxy and load it there.',
  'pos-write-waiting': 'Changes waiting to be written into POS "{target}" at till "{till}": {waiting}. {why}',
  'command-unreadable':
    'Commands from the hub that till "{till}" cannot read: {commands}. Update its agent. It keeps them and applies them after the update.',
  'peripheral-missing': 'Store {store}: "{peripheral}" is not connected. The till reports: “{said}”',
  'printer-needs-care': 'Store {store}: "{peripheral}" does not print. The till reports: “{said}”',
  'receipt-does-not-balance':
    'Receipt {receipt} of {date}: payments differ from lines and taxes by {difference}. The stock was moved. Correct the receipt in the POS or accept the difference.',
  'location-unmapped.sold':
    'Store {store} sells from POS warehouse "{warehouse}", which is not mapped to a Shopify location. Run: tillbridge-hub store map {store} "{warehouse}" LOCATION. Its sales are kept and posted once it is mapped.',
  'location-unmapped.none':
    'Warehouse {warehouse} of store {store} is not mapped to a Shopify location, so its stock does not reach Shopify. Map it to one of these: {choice}. Its sales are kept and posted afterwards.',
  'location-unmapped.gone':
    'Warehouse {warehouse} of store {store} is mapped to {location}, which Shopify has deleted or deactivated, so its stock does not reach Shopify. Map it to one of these: {choice}. Its sales are kept and posted afterwards.',
  'location-unmapped.refused':
    'Shopify does not accept stock at {location}, which warehouse {warehouse} of store {store} is mapped to: it is deactivated, deleted, or holds no stock. Activate it in Shopify, or map the warehouse to another location. Its sales are kept and posted afterwards.',
  'location-unmapped.restored':
    'The restored hub has warehouse {warehouse} of store {store} mapped to {location}, but since the backup its stock was sent to {sent}. Nothing is sent until you say which is right: tillbridge-hub store map {store} {warehouse} and the location.',
  'location-unmapped.claimed-twice':
    'Warehouse {warehouse} of store {store} is mapped to {location}, which another store claims too, so its stock does not reach Shopify. Map it to one of these: {choice}. Its sales are kept and posted afterwards.',
  'location-unmapped.order':
    'Order {order} is to be picked up at "{name}" ({location}), which is not mapped to a store, so no till shows it. Map a store’s warehouse to this location, or move the order in Shopify.',
  'sku-unknown':
    '{sku} was sold or moved in {stores} but does not exist in Shopify, and neither does its barcode. Add this SKU or barcode to the right variant; stock catches up automatically.',
  'sku-ambiguous':
    'Shopify has several items with SKU {sku} or its barcode, sold or moved in {stores}. Keep it on one of them. Until then its stock is not sent, because it is not clear which one is meant.',
  'item-untracked':
    'Shopify does not track {sku}, sold or moved in {stores}. Turn on "Track quantity" in Shopify if its stock matters; otherwise there is nothing to do.',
  'item-bundle':
    '{sku}, sold or moved in {stores}, is a bundle in Shopify, so its stock follows its parts and cannot be changed. Let the POS sell the parts under their own SKUs. Until then Shopify’s stock of the parts is too high.',
  'item-inactive':
    '{sku} is sold at {warehouse} ({store}) but not stocked there in Shopify. Its numbers are kept up to date, but customers cannot buy it from this location until you stock it there in Shopify.',
  'quantity-not-whole':
    '{warehouse} ({store}) sold parts of units, and Shopify counts whole units only. These quantities are held back and go to Shopify with the item’s next whole unit: {items}. Shopify differs by less than one unit of each. If an item is sold by weight or length, leave it untracked in Shopify.',
  'held-back-long':
    'For more than a day, the hub has held back {units|unit|units} of {count|item|items} from sale online at {warehouse} ({store}): {items}. The tills of the store give no word, so the hub does not know what they sold. Bring the tills back. If the store sells nothing now, run: tillbridge-hub contract set {store} --hold-back off.',
  'held-back-long.unclear':
    'Shopify did not answer when units were held back from sale online at {warehouse} ({store}), and its safety stock does not tell whether they were: {items}. The hub leaves these units where they are. Look at the item’s inventory history in Shopify’s admin. If Tillbridge moved the units to safety stock, run: tillbridge-hub stock decide-held {store} {sku} --held, and the hub gives them back. If it did not, run it with --not-held.',
  'held-back-long.refused':
    'Shopify refuses to move units of {items} at {warehouse} ({store}) between available and safety stock: {problem} So they are not kept from sale online while the store is silent, or do not come back. The hub tries again ever more seldom, up to once an hour. Correct the item or the location in Shopify’s admin, or move the units back there.',
  'level-variance':
    'At {warehouse} ({store}), Shopify’s stock of {count|item|items} is not what the till’s sales, Shopify’s orders and the stock changes that the hub knows of add up to: {items}. Each shows what the hub expects on hand and what Shopify shows, or only the difference where the hub can’t compare for now. Look at the inventory history in Shopify’s admin. If Shopify is right, run: tillbridge-hub stock accept {store} SKU. If it is not, correct it in Shopify.',
  'count-differs':
    'The POS of {store} counts {counted} of {sku} at {warehouse}, and {expected} were expected after its sales and entries. {why} Ask the store. If goods came or went that nothing told of, run: tillbridge-hub stock counted {store} {sku} --right. If what moved is in the books already, such as an online order, run it with --booked.',
  'returned-twice':
    'Shopify put {count} of {sku} back into the stock of {store} (order {order}), and a till there took the same item back: {receipts}. If they are the same goods, they count twice now. Ask the store, then run: tillbridge-hub stock returned {store} {sku} --same, or --apart if they are different goods.',
  'stock-write-refused.item':
    'Shopify refused the stock of {sku} at {warehouse} ({store}). {why} It is retried automatically; other items are not held up.',
  'stock-write-refused.request':
    'Shopify refused to change stock at {warehouse} ({store}): {problem} It is retried automatically. Report this if it continues.',
  'stock-write-unknown.answer-lost':
    'It is not known whether Shopify made these stock changes at {warehouse} ({store}): {items}. Each shows the change, what was on hand before it and what Shopify shows on hand now. They are not sent again, because they could count twice. Look for {reference} in the inventory history in Shopify’s admin. If it is not there, count the items in the store and correct Shopify.',
  'stock-write-unknown.restored':
    'The hub was restored from a backup. {items} at {warehouse} ({store}): {moved} moved before that, and it is not known whether Shopify, which shows {shown}, has that already. Nothing was sent. Compare with the inventory history in Shopify’s admin, then run: tillbridge-hub recovery judge {store} --sku {items}, with --posted or --not-posted.',
  'stock-write-unknown.clock':
    'The clock of till "{till}" in store {store} was changed while the till was offline. So {moved} of {items} moved at {warehouse} either before the store went live, and Shopify counts it already, or after. Nothing was sent. Ask the staff when it was sold, then run: tillbridge-hub recovery judge {store} --sku {items}, with --posted if it was before, or --not-posted if it was after.',
  'stock-write-unknown.tracked':
    'Tracking of {items} was turned on in Shopify, and it is not known when, or when its stock at {warehouse} ({store}) was entered. {moved} moved around that time, and Shopify, which shows {shown}, may count that already or not. Nothing was sent. Ask the person who entered the stock, then run: tillbridge-hub recovery judge {store} --sku {items}, with --posted or --not-posted.',
  'stock-write-stuck.items':
    'Shopify has not taken these stock changes of {warehouse} ({store}) for more than 10 minutes: {items}. Last answer: {problem} They are sent again automatically; other items are not held up. Until then customers may buy what is already sold.',
  'stock-write-stuck.place':
    'The stock changes of {warehouse} ({store}) could not be sent to Shopify for more than 10 minutes: {problem} It is tried again automatically. Until then customers may buy what is already sold.',
  'stock-write-stuck.shop':
    'Shopify has not taken the stock changes of {count|store|stores} for more than 10 minutes: {stores}. Last answer: {problem} They are sent again automatically. Until then customers may buy what is already sold.',
  'shopify-work-fails':
    'The hub’s work with Shopify has failed for more than 10 minutes ({part}): {problem} It is tried again automatically and nothing is lost. Check the hub’s internet connection and Shopify’s status page.',
  'hub-restored.older':
    'The hub’s database is older than it was: it was restored from a backup. For store {store}, what it had sent to Shopify is known and is not sent again. Waiting for: {waiting}.',
  'hub-restored.no-record':
    'The hub’s database is in a new place, or the record beside it is gone, so it may be older than it was. For store {store}, Shopify is asked about each change before it is sent. Waiting for: {waiting}.',
  'hub-restored.forked':
    'A copy of the hub’s database was used elsewhere, and this is not the newest. Make sure that only one hub runs. For store {store}, Shopify is asked about each change before it is sent. Waiting for: {waiting}.',
  'hub-restored.till':
    'A till of store {store} says that the hub confirmed records that it does not have, and the record beside the database knows nothing of it. Shopify is asked about older changes before they are sent. Waiting for: {waiting}.',
  'redaction-waits':
    'Till "{till}" in store {store} has not taken the removal of customer data of {orders|order|orders} yet. The law wants it done by {until}. Switch the till on and connect it to the network. If it is gone, run: tillbridge-hub device revoke {device}.',
  'recovery-overdue':
    'The hub has been recovering store {store} for over an hour. Waiting for: {waiting}. Connect these tills, or revoke those that are gone. If something will not come any more, run: tillbridge-hub recovery drop {store}.',
  'records-lost':
    'The hub was restored from a backup, and {records|record|records} of till "{till}" in store {store} that it held before can’t be found: that till’s PC or journal was replaced as well. The hub received them between {since} and {until}. Compare the receipts in the POS with the hub for that time. When this is dealt with, run: tillbridge-hub recovery drop {store}.',
  'records-lost.awaited':
    'The hub was restored from a backup, and {records|record|records} of till "{till}" in store {store} that it held before have not come back yet. They may be on the till’s former PC. Start that PC, or the till itself, and connect it to the network: it sends them on its own. Do not enrol it again. If that PC is gone, run: tillbridge-hub recovery drop {store}.',
  'pickup-write-refused.ready':
    'Pickup {order} at {store}: Shopify did not accept "ready": {problem} The customer has not been notified; tell them if you can. Look at the order in Shopify.',
  'pickup-write-refused.ready-retried':
    'Pickup {order} at {store}: Shopify did not accept "ready": {problem} The customer has not been notified; tell them if you can. It is retried automatically. Look at the order in Shopify.',
  'pickup-write-refused.collected':
    'Pickup {order} at {store}: Shopify did not accept the hand-over: {problem} Look at the order in Shopify.',
  'pickup-write-refused.collected-retried':
    'Pickup {order} at {store}: Shopify did not accept the hand-over: {problem} It is retried automatically. Look at the order in Shopify.',
  'pickup-write-refused.short':
    'Shopify did not split off the items that {store} could not find for order {order}: {problem} Split the order in Shopify, hold the missing items, and mark the rest as ready for pickup.',
  'pickup-write-refused.short-retried':
    'Shopify did not split off the items that {store} could not find for order {order}: {problem} It is retried automatically. Until then the customer is not told that the rest is ready; tell them if you can.',
  'pickup-write-stuck.short':
    'For 10 minutes Shopify has not taken that {store} could not find all items of order {order} ({problem}). It is retried automatically. The customer has not been told that the rest is ready; tell them if you can.',
  'pickup-write-stuck.ready':
    'Pickup {order} at {store}: Shopify has not taken "ready" for more than 10 minutes. Last answer: {problem} The customer has not been notified; tell them if you can. It is sent again automatically.',
  'pickup-write-stuck.collected':
    'Pickup {order} at {store}: Shopify has not taken the hand-over for more than 10 minutes. Last answer: {problem} It is sent again automatically; there is nothing to do at the till.',
  'pickup-move-refused.collect':
    '{staff} handed over pickup {order} at {till}, but: {why} If goods left the store twice or too early, count them and tell head office.',
  'pickup-move-refused.finish': '{staff} marked {order} ready at {till}, but: {why} Put these goods back.',
  'pickup-move-refused.unknown':
    'A till of {store} moved a pickup that the hub does not have yet ({move} by {staff}, {pickup}). The step waits and takes effect as soon as Shopify shows the order. If this stays open for more than an hour, look for the order in Shopify. If goods were handed over, fulfil it there.',
  'pickup-move-refused.no-order':
    'A till of {store} moved a pickup under a name that Shopify can’t have given it ({move} by {staff}, {pickup}). The step has no effect. Ask IT to look at this till. If goods were handed over, find the order in Shopify and fulfil it there.',
  'moves-beyond-limit':
    'Till "{till}" in store {store} has moved pickups that the hub does not have, and {limit} such steps wait for their orders already. Those after them are counted here and wait until there is room. Check the till, and revoke it if it sends what it should not.',
  'moves-beyond-limit.archived':
    '{device} ({store}) waits with {count|step|steps}, because the first of them was moved into the archive file {file}, which the running hub does not read. Nothing of them took effect. Look them up there with: tillbridge-hub trace. Fulfil orders that were handed over in Shopify, then enrol the till again, which ends the wait.',
  'unsent-of-other-store':
    'The PC of till "{till}" in store {here} came from store {store} and still keeps {events|record|records} of that store, which the hub no longer accepts from it. They are not counted anywhere. Enrol the PC in store {store} once more to send them, then move it back.',
  'unsent-of-other-store.unreadable':
    'The PC of till "{till}" in store {here} came from store {store} and keeps a file of records of that store that it cannot read. How many were not sent is not known. Copy the till’s data folder, check its disk, and compare the receipts of store {store} with the hub.',
  'receipt-gap':
    'Receipts {first} to {last} of source "{source}" in store {store} are missing ({missing}); the receipt before them is of {date}. Look for them in the POS or on paper. If they are sales, the POS or Tillbridge has lost them: tell IT. If the POS gave these numbers to something else, such as an opened drawer, close this.',
  'receipt-gap.many':
    'Very many receipts of source "{source}" in store {store} are missing: {missing|number|numbers} in {gaps|gap|gaps} between {first} and {last}; the receipt before the newest gap is of {date}. Compare the days with the POS. If they are sales, the POS or Tillbridge has lost them: tell IT. If the POS always gives some of these numbers to something else, close this; gaps of this series are then only told again when they are few.',
  'receipt-gap.range':
    '{missing|receipt number|receipt numbers} in a row, {first} to {last}, of source "{source}" in store {store} are missing; the receipt before them is of {date}. Perhaps the POS has gone over to another range of numbers: then close this. If it printed them, hours of sales are missing: compare the day with the POS, and tell IT.',
  'receipt-gap.ranges':
    'The receipt numbers of source "{source}" in store {store} jump {gaps|time|times} by more than 100 between {first} and {last}; the receipt before the newest jump is of {date}. Perhaps the POS often goes over to another range of numbers: then close this; jumps of this series are then only told again when they are few. If it printed them ({missing|receipt|receipts}), hours of sales are missing: compare the days with the POS, and tell IT.',
  'handed-over-unknown':
    '{staff} handed over a pickup at {till} in {store} ({pickup}), and the hub cannot find its order in Shopify. The goods are gone. Find the order, fulfil it in Shopify, and correct the stock by hand.',
  'pickup-move-refused.foreign':
    '{staff} at {store} made the move "{move}" on pickup {order}, which now belongs to {owner}. It was not applied. If {store} handed goods over, tell {owner} and head office.',
  'pickup-refused':
    '{store} refused pickup {order} ({staff}: {reason}). Move the order to another location in Shopify, or cancel and refund it. If its customer was sent a link (see pickup-short), wait for their choice or decide it with them. The customer has not been told that the store refused.',
  'pickup-short':
    '{staff} reported missing items for pickup {order} at {store}: {reason}. Agree with the store whether it is handed over in part, or move or cancel it in Shopify.',
  'pickup-short.rest':
    '{staff} at {store} could not find {items} of order {order} for {customer}. The rest is ready or handed over; Shopify holds the missing items. Refund them, take them off the order, or move them to another location in Shopify. If the store has them again, release the hold: it then picks them.',
  'pickup-short.asked':
    '{items} of order {order} for {customer} could not be found at {store}, and Shopify holds them. The customer may choose until {until} what becomes of them. Send them this link, as Tillbridge sends nothing: {link} You can still decide it in Shopify yourself.',
  'pickup-short.chosen':
    '{items} of order {order} for {customer} could not be found at {store}. The customer chose {choice}. The hub is carrying it out.',
  'pickup-short.left':
    '{items} of order {order} for {customer} could not be found at {store}. The customer chose {choice}. Do it in Shopify, and tell the customer. Why the hub has not done it: {why}',
  'pickup-short.lost':
    '{items} of order {order} for {customer} could not be found at {store}, and Shopify holds them. The hub can’t tell who had them held, as after it was put back to a backup: the customer may have been asked before, and have chosen what becomes of them. Ask them, and decide it in Shopify.',
  'pickup-short.moved':
    '{items} of order {order} for {customer}, which {from} could not find, are to be prepared by {store} now and are still on hold in Shopify. Until you release the hold there, {store} does not prepare them, and the customer waits.',
  'pickup-short.unanswered':
    '{items} of order {order} for {customer} could not be found at {store}. {why} Ask the customer, and decide it in Shopify.',
  'order-sale-voided':
    'Receipt {receipt} at {store}, which rang up order {order} ({items}), was voided. Shopify still shows the order as handed over, and stock has not moved. If the goods came back, cancel the fulfilment or refund the order with restock in Shopify. If the customer has them, close this.',
  'order-sale-voided.other-order':
    'Receipt {receipt} at {store} rang up order {order} ({items}), and names order {other} now. Shopify still shows {order} as handed over; {other} is not handed over by this receipt. Ask the store who has the goods. If it is the customer of {other}, cancel the fulfilment of {order} in Shopify and hand {other} over at the till. Else close this.',
  'order-sale-voided.no-order':
    'Receipt {receipt} at {store} rang up order {order} ({items}), and was corrected: it names no order now. Shopify still shows {order} as handed over. Ask the store who has the goods. If it is not the customer of {order}, cancel the fulfilment in Shopify. Else close this.',
  'order-sale-voided.fewer':
    'Receipt {receipt} at {store} rang up order {order}, and was corrected: {items} of it are no longer on the receipt. Shopify still shows them as handed over, and stock counts them as gone. If they are back in the store, cancel the fulfilment or refund them with restock in Shopify. If the customer has them, close this.',
  'order-sale-unclear':
    'Receipt {receipt} at {store} rings up order {order}, and {store} has no pickup of that name. Its goods left stock as a plain sale, and no order was handed over. Find the order that was meant: if it is still to be picked up, have the receipt corrected, so that its goods do not leave stock a second time. Else close this.',
  'order-sale-unclear.other-store':
    'Receipt {receipt} at {store} rings up order {order}, which is to be picked up at {owner}. Its goods left the stock of {store} as a plain sale, and the order is still due at {owner}. If its customer has the goods, move the order to {store} in Shopify, or cancel and refund it. If another order was meant, have the receipt corrected.',
  'order-sale-unclear.later-order':
    'Receipt {receipt} at {store} rings up order {order}, which was placed after that sale. Its goods left stock as a plain sale, and the order is still due. Find the order that was meant, and have the receipt corrected, or hand that order over without its goods leaving stock twice.',
  'order-sale-unclear.time-unknown':
    'Receipt {receipt} at {store} rings up order {order}, and an older version of Tillbridge did not note when that sale was made: the order may have been placed after it. Its goods left stock as a plain sale, and the order is still due. If its customer has the goods, have the receipt corrected, or hand the order over without its goods leaving stock twice.',
  'order-sale-unclear.several':
    'Receipt {receipt} at {store} rings up order {order}, of which {store} has several pickups. Not all that it sold of the order was counted as handed over: the rest left stock as a plain sale, and is still due. Ask the store what the customer took. Have the receipt name the pickup by its external id, or correct it and hand the rest over at the till.',
  'order-sale-unclear.nothing-due':
    'Receipt {receipt} at {store} rings up order {order}, and nothing that it sold is still due of that order: it was handed over, cancelled or refused, or has other items. Its goods left stock as a plain sale. If another order was meant, have the receipt corrected, so that its goods do not leave stock a second time. Else close this.',
  'order-sale-unclear.paid-back':
    'Receipt {receipt} at {store} rings up order {order}, which was not collected in time: it is cancelled and its money was paid back. If the customer did not pay at the till, they have the goods and the money: ask them to pay or to bring the goods back. Its goods left stock as a plain sale. If another order was meant, have the receipt corrected. Else close this.',
  'order-sale-unclear.same-goods':
    'Receipt {receipt} at {store} rings up {items} of order {order}. As many had been handed over before, without a receipt: Tillbridge takes them for the same goods, and the rest of the order is still due. If the customer took these units besides, hand them over at the till. If they are the same, close this.',
  'return-refused.not-returnable':
    '{staff} at {store} took back {items} of order {order}, but Shopify has nothing of it left to return: it was refunded or returned already, or not handed over. Nothing was paid back and no stock was changed. Look at the order in Shopify. If the refund there did not restock the goods and they are for sale again, count them in.',
  'return-refused.order-unknown':
    '{staff} at {store} took back {items} of order {order}, and the hub does not know that order. It sent nothing to Shopify. Find the order there. If it has no return of these items yet, return and refund them.',
  'return-refused.not-agreed':
    '{staff} at {store} took back {items} of order {order}, and the contract of the store says that it takes nothing back. Nothing was paid back and no stock was changed. Return and refund the items in Shopify, or agree with the customer.',
  'return-refused.stopped-in-shopify':
    '{staff} at {store} took back {items} of order {order}, and their return was cancelled or closed in Shopify before it was carried out. Nothing more is done about it. If the customer is due money, refund it in Shopify.',
  'return-refused.too-many':
    'A till of {store} recorded more returns than a till makes, the last one {items} of order {order} ({staff}). It was not carried out. Check the till, and revoke it if it sends what it should not. If the goods are there, return and refund them in Shopify.',
  'return-refused.other':
    '{staff} at {store} took back {items} of order {order}, and it was not carried out. Look at the order in Shopify, and return and refund the items there.',
  'return-not-undone':
    '{staff} in store {store} took items of order {order} back by mistake and undid it: {items}. Shopify had heard of it by then. If the customer has the items, take the refund and the stock back in Shopify.',
  'return-stuck':
    '{staff} at {store} took back {items} of order {order}, and it is not carried out yet: {problem} It is retried automatically. The customer may not have been paid back. Look at the order in Shopify.',
  'refund-owed':
    '{staff} at {store} took back {items} of order {order}. The goods are booked, and {amount} is still to be paid back. Refund it in Shopify, from the return. If it was paid in another way, close this.',
  'pickup-not-collected':
    'Order {order} for {customer} was ready at {store} for {days|day|days} and was not collected ({items}). The store puts the goods back. Ask the customer, or cancel and refund the order in Shopify: until then its units stay promised. If the customer comes after all, the store can reopen it.{more}',
  'pickup-not-collected.refund-refused':
    'Order {order} for {customer} was ready at {store} for {days|day|days} and was not collected ({items}). The store puts the goods back. The order was to be cancelled and paid back, as agreed, and was not: {problem} Ask the customer, or cancel and refund it in Shopify: until then its units stay promised. If the customer comes after all, the store can reopen it.{more}',
  'pickup-not-collected.not-told':
    'Order {order} for {customer} was ready at {store} for {days|day|days} and was not collected ({items}). Shopify has not confirmed that the customer was told that it was ready. The store puts the goods back. Ask the customer, or cancel and refund the order in Shopify: until then its units stay promised. If the customer comes after all, the store can reopen it.{more}',
  'pickup-not-collected.nothing-left':
    'Order {order} for {customer} was not collected at {store}. What was due there ({items}) is not left to hand over in Shopify, which has neither cancelled the order nor shown it as handed over. The store can’t reopen it. An edit alone pays nothing back: see in Shopify whether all that was received is paid back, and pay back the rest, or cancel the order. If that is done, or the customer has the goods, close this.{more}',
  'pickup-not-collected.reopened':
    'Order {order} for {customer} was not collected at {store}. Staff reopened it {days|day|days} ago, and it is not ready ({items}). Its units stay promised, and nothing is paid back. Ask {store} whether the customer still comes, and the customer whether they want it. If not, cancel and refund the order in Shopify.{more}',
  'pickup-not-collected.cancelled':
    'Order {order} for {customer} was ready at {store} for {days|day|days} and was not collected ({items}). Shopify was asked to cancel it and pay it back, as agreed, and that is not complete: {problem} Look at the order in Shopify and pay back what is missing.{more}',
  'pickup-not-collected.under-way':
    'Order {order} for {customer} was ready at {store} for {days|day|days} and was not collected ({items}). Shopify was asked to cancel it and pay it back, as agreed: {problem} The hub goes on looking, and the store can’t reopen it. Look at the timeline of the order in Shopify before you pay anything back there.{more}',
  'cancelled-but-collected':
    'Order {order} was cancelled, and {store} has handed it over ({items}). See in Shopify what the customer has paid and got back, and ask them to pay or to bring the goods back. Stock is corrected automatically.',
  'cancelled-but-collected.part':
    'Part of order {order} was cancelled, refunded or moved in Shopify, but {store} had already handed it over ({items}). Ask the customer to pay for it or to bring it back. Stock is corrected automatically.',
  'cancelled-but-collected.paid-back':
    'Order {order} was cancelled to be paid back, because it was not collected, and {store} has handed it over ({items}). Unless the customer paid at the till, they have the goods and the money: ask them to pay or to bring the goods back. Stock is corrected automatically.',
  'handed-over-unpaid':
    '{staff} handed over order {order} at {store} while {amount} of it was still to be paid in Shopify, and the till did not ask for it. Ask {store} whether the customer paid. If so, mark the order as paid in Shopify; if not, ask the customer to pay.',
  'handed-over-after-move':
    '{staff} at {store} handed over order {order} ({items}), which had been moved to {owner} in Shopify. The goods have left {store}, and its stock is corrected automatically. Mark the order as fulfilled in Shopify, so that {owner} does not hand it over again; the stock of {owner} is then put right automatically.',
  'handed-over-after-move.part':
    '{staff} at {store} handed over a part of order {order} ({items}), which had been moved to {owner} in Shopify. These goods have left {store}, and its stock is corrected automatically. Mark just these items as fulfilled in Shopify; the stock of {owner} is then put right automatically. The rest of the order is still due at {owner}.',
  'handed-over-after-move.fulfilled':
    '{staff} at {store} handed over order {order} ({items}), which had been moved to {owner} in Shopify. The goods have left {store}, but Shopify took them off {owner}. The stock of both stores is put right automatically. Tell {owner} not to hand the order over, and to put back what it has packed.',
  'handed-over-twice':
    'Order {order} was handed over at {owner}, and receipt {receipt} at {store} names it as well: its goods may have left both stores, and both stocks count them as gone. Ask both stores what the customer took. If {owner} handed nothing over, cancel the fulfilment of {order} in Shopify. If {store} sold nothing of it, have the receipt corrected or voided. Else ask the customer to bring back what they have twice, and close this.',
  'handed-over-twice.both-stores':
    'Order {order} had been moved from {store} to {owner}, and both stores have handed it over ({items}): the goods have left both, and both stocks count them as gone. Ask both stores what the customer took. If {owner} handed nothing over, cancel the fulfilment in Shopify and mark the order as fulfilled again: the stock of {owner} is then put right automatically. If {store} handed nothing over, count the items there. Else ask the customer to bring back what they have twice, and close this.',
  'hand-over-cancelled':
    'The hand-over of order {order} at {store} was cancelled in Shopify ({items}, handed over by {by}). Shopify counts the goods as back in the store, and so does Tillbridge. Ask {store} whether the customer brought them back. If not, mark them as fulfilled in Shopify again.',
  'webhook-unreadable':
    'A webhook from Shopify ({topic}) could not be applied: {problem} It is kept, and polling finds the change it reported. Report this if it continues.',
  'order-unreadable':
    'Order {order} could not be imported ({problem}). Look at it in Shopify and hand it over from there. Report this; other orders are not affected.',
  'order-unreadable.goods':
    'What order {order} did to the stock of its stores could not be read ({problem}). It is tried again every ten minutes. Until then the stock of its items may differ from Shopify. Other orders are not affected.',
  'shopify-version':
    'Shopify answers with API version {answered} instead of {asked}, which is retired or not released yet. Update Tillbridge. Work continues until then, untested with that version.',
  'shopify-refuses':
    'Shopify refuses Tillbridge: {problem} Sales and pickups are kept and sent once this is fixed.',
  'customer-data-request':
    'Customer {customer} asked the shop for the data held about them (Shopify’s request {request}). Of their orders the hub holds name, end of the phone number and note in: {orders}. Answer the customer within 30 days, then close this exception.',
  'webhooks-refused':
    'Shopify refuses {count} of the hub’s webhooks ({topics}): {problem} Work goes on by polling: changed orders are found within {seconds|second|seconds}, hand-overs made elsewhere within 5 minutes, locations within an hour, items within 6 hours.',
  'webhooks-refused.address':
    'Shopify sends webhooks to https addresses only, and this hub’s is {url}. Set publicUrl in hub.json to the https address at which Shopify reaches the hub. Until then work goes on by polling: changed orders are found within {seconds|second|seconds}, hand-overs made elsewhere within 5 minutes, locations within an hour, items within 6 hours.',
  'webhooks-silent':
    'Orders changed in Shopify for {hours|hour|hours}, and no webhook told the hub. Polling found them, later. Check that Shopify reaches the hub’s publicUrl through the proxy, and that the client secret is the app’s: webhooks signed with another one are refused.',
  'shopify-scope-missing':
    'The Tillbridge app does not have the Shopify scope {scope}. {consequence} Add the scope in the Dev Dashboard, release that version of the app and approve it in the shop.',
  'shopify-scope-missing.withheld':
    'Shopify denies the Tillbridge app something that it needs: {problem} {consequence} Request access to it for the app in the Dev Dashboard.',
  'shopify-scope-limited':
    'The Tillbridge app does not have the Shopify scope {scope}. {consequence} Add the scope in the Dev Dashboard, release that version of the app and approve it in the shop.',
  'shopify-scope-limited.withheld':
    'Shopify withholds data from the Tillbridge app: {problem} {consequence} Request access to it for the app in the Dev Dashboard.',

  'phrase.nothing-held': 'nothing',
  'phrase.without-locations':
    'The hub can’t tell which store an order or a stock level belongs to, so pickups and stock stop.',
  'phrase.without-items': 'Items can’t be looked up, so sales of new items wait.',
  'phrase.without-stock': 'Sales do not change stock in Shopify. They are kept and sent once it is granted.',
  'phrase.without-orders': 'New orders for pickup do not reach the stores.',
  'phrase.without-hand-overs':
    'Pickups that are ready or handed over are not reported to Shopify, so customers get no message. They are kept and sent once it is granted.',
  'phrase.without-customers': 'Pickups show no customer name, phone number or note. Everything else works.',
  'phrase.without-pickup-times': 'Pickups do not show by when they should be ready. Everything else works.',
  'phrase.without-item-details':
    'Items of pickups show no picture, variant or barcode. Everything else works.',
  'phrase.without-old-orders':
    'Orders older than 60 days can’t be read: a pickup that is still open then does not end when Shopify cancels it.',
  'phrase.without-fulfillment-news':
    'Shopify does not report it at once when an order is handed over elsewhere. The hub finds it within minutes.',
  'phrase.refund-part-handed-over':
    'A part of the order was handed over or sent, also by Shopify itself (a gift card), so it can’t be cancelled whole.',
  'phrase.refund-others-open': 'Other parts of the order were still open.',
  'phrase.refund-not-agreed': 'That is not agreed any more.',
  'phrase.refund-not-done': 'Shopify has not done it for a day.',
  'phrase.refund-too-many-parts': 'The order has more parts than the hub looks at.',
  'phrase.refund-unseen': 'Shopify has not shown the order to the hub for a day.',
  'phrase.refund-tills-unheard':
    'For a day the hub has not had, or not applied, all that the tills of its stores did: one of them may have handed it over. Ask the stores first.',
  'phrase.refund-not-told': 'Shopify has not confirmed that the customer was told that it was ready.',
  'phrase.refund-rung-up':
    'A receipt of a till names the order, so its customer may have the goods already. Ask the stores first.',
  'phrase.refund-may-be-gone':
    'The customer may have the goods already: a hand-over was recorded at a till of another store, or cancelled in Shopify. Ask the stores first.',
  'phrase.refund-open-exception': 'Another exception about the order was open. Deal with that one first.',
  'phrase.refund-paid-before': 'Some of its money was paid back before.',
  'phrase.refund-changed': 'The order was changed in Shopify after it had expired.',
  'phrase.refund-was-held':
    'The order was on hold in Shopify after it had expired: someone may be dealing with it.',
  'phrase.refund-owed-changed':
    'What is still to be paid of the order has changed since it expired: the customer may just have paid.',
  'phrase.refund-owed-more':
    'More of the order is to be paid in Shopify than the hub knew when it expired: an authorisation may have lapsed, or the order was edited.',
  'phrase.refund-received':
    'Money of the order was received or captured since it expired: someone may be dealing with it.',
  'phrase.refund-owes':
    'An edit or a refund has taken items off the order whose money Shopify still keeps: someone may be dealing with it.',
  'phrase.refund-reopened':
    'Staff wanted to reopen it after Shopify had been asked, and Shopify shows it as open: the customer may be in the store. Ask the store.',
  'phrase.refund-job-done': 'Shopify says that it has finished, and the order is still open.',
  'phrase.refund-too-many':
    'Unusually many orders expired at once, as after a wrong clock or a long stop of the hub. Check that it was really ready for so long.',
  'phrase.refund-on-hold': 'The order was on hold in Shopify: someone may be dealing with it.',
  'phrase.refund-hidden-units':
    'The order has items that Shopify does not show to the hub, for example with a fulfilment service.',
  'phrase.refund-kept-back':
    'For a day one thing after the other kept the hub from it: it had not heard all that the tills of its stores did, or Shopify did not show the order or had not done it. Ask the stores first, and look at the order in Shopify.',
  'phrase.refund-undone':
    'A hand-over of it was noted at a till and undone while you were asked about it: ask the store who has the goods.',
  'phrase.refund-asked-of-another': 'Head office was asked about another part of it.',
  'phrase.part-too': ' Of {items}: {what}{more}',
  'phrase.part-not-collected': 'it was ready for {days|day|days} and not collected.',
  'phrase.part-not-told':
    'it was ready for {days|day|days} and not collected. Shopify has not confirmed that the customer was told.',
  'phrase.part-refused':
    'it was ready for {days|day|days} and not collected, and is not paid back: {problem}',
  'phrase.part-cancelled': 'it is cancelled, and that is not complete: {problem}',
  'phrase.part-nothing-left': 'it is not left to hand over in Shopify. See whether its money is paid back.',
  'phrase.part-reopened': 'staff reopened it {days|day|days} ago, and it is not ready.',
  'phrase.part-under-way': 'Shopify was asked to cancel it and pay it back: {problem}',
  'phrase.refund-money-kept':
    'Shopify has cancelled the order, and a day later it does not show all of the money as paid back.',
  'phrase.without-refunds':
    'Orders that customers do not collect, and missing items that customers have cancelled, are not paid back, though that is agreed. Head office has to cancel and refund them.',
  'phrase.without-till-returns':
    'Tills can’t take online orders back. Customers have to be paid back in Shopify.',
  'phrase.without-returns':
    'The hub does not see what returns put back into stock. Where one did, the stock differs and a person is asked.',
  'phrase.without-transfers':
    'The hub does not see which goods Shopify’s transfers move between locations. Where one did, the stock differs and a person is asked.',
  'phrase.count-beyond': 'That is more than the contract lets pass without a person.',
  'phrase.count-moved':
    'Units of it are promised to orders or have left in another way in the last seven days, and the POS may have booked them or not.',
  'phrase.count-restored':
    'The hub was restored, and Shopify may have the difference already: look at its stock of the item first.',
  'phrase.count-late':
    'A sale of about the time of the first count was told late, and it is not known whether that count had it.',
  'phrase.count-denied':
    'It was said that an earlier difference moves nothing, and what was told since of the time before would explain that difference otherwise.',
  'phrase.count-tables':
    'Another till told another number of it under the same name and has not told this one since: its POS may keep a stock table apart.',
  'phrase.write-order': 'order',
  'phrase.write-hand-over': 'the hand-over of',
  'phrase.write-return': 'the return of',
  'phrase.moved': '{state} by {by} at {at}.',
  'phrase.moved-back': 'Set back to "not started" by {by} at {at}.',
  'phrase.moved-unsigned': '{state}.',
  'phrase.not-ready': '{why} It is not marked ready yet.',
  'phrase.state-received': 'Not started yet',
  'phrase.state-accepted': 'Already accepted',
  'phrase.state-picking': 'Already being picked',
  'phrase.state-short': 'Already reported as incomplete',
  'phrase.state-ready': 'Already ready',
  'phrase.state-collected': 'Already handed over',
  'phrase.state-refused': 'Already refused',
  'phrase.state-expired': 'Not collected in time and closed',
  'phrase.state-cancelled': 'Cancelled',
  'phrase.lost-list': '{first}; {next}',
  'phrase.lost-events': '{events} unsent events, {sales} of them sales',
  'phrase.lost-end': 'the newest unsent events, if there were any',
  'phrase.lost-position': 'how far the hub had confirmed (events are sent again and count once)',
  'phrase.lost-commands': 'commands from the hub (they are sent again)',
  'phrase.lost-sources': 'what was read from the POS so far (it is read again)',
  'phrase.lost-captured-receipts': 'printed receipts',
  'phrase.lost-matching': 'printed sales waiting for their POS entry',
  'phrase.lost-pickups': 'pickups and pickup steps (the hub sends its pickups again)',
  'phrase.lost-store': 'the description of the store',
  'phrase.lost-staff': 'who works at the till, with PINs and badges (the hub sends them again)',
  'phrase.lost-reminders': 'which customers were reminded (the hub sends it again)',
  'phrase.lost-print-jobs': 'slips waiting to be printed',
  'phrase.lost-write-backs': 'changes waiting to be written into the POS (orders are planned again)',
  'phrase.in-shopify': 'Shopify’s admin',
  'phrase.till-reports': 'The till reports: “{said}”',
  'phrase.no-cause': 'The till does not report a reason.',
  'phrase.no-reason': 'no reason given',
  'phrase.unnamed-till': 'without a name',
  'phrase.no-name': 'a customer without a name',
  'phrase.choice-move': 'to collect them at {to}',
  'phrase.choice-deliver': 'to have them delivered',
  'phrase.choice-cancel': 'to have them cancelled and paid back',
  'phrase.choice-no-delivery':
    'No app can turn a pickup into a delivery there, and the address is not known.',
  'phrase.choice-changed': 'The items are not in Shopify as they were when the customer was asked.',
  'phrase.choice-found':
    'The store has found them, or some of them. Agree with the customer on what becomes of them.',
  'phrase.choice-gone':
    'The items are not open in Shopify any more, and no money of the order was paid back. Pay it back or agree with the customer, then close this.',
  'phrase.choice-paid-elsewhere':
    'The items are not open in Shopify any more, and money of the order was paid back. Whether it was for them, the hub can’t tell. Check that the customer has had it, then close this.',
  'phrase.choice-items-gone':
    'The items are not open at the store any more, and it was not the hub that did what the customer chose. Check that they get what they expect, then close this.',
  'phrase.choice-not-paid':
    'Shopify took them off the order, and the payment back failed or has been under way for a day. Look at the order’s payments there: pay it back if it failed, and then close this.',
  'phrase.choice-not-held':
    'Shopify has not moved them, and they may not be held there any more: the store’s tills may show them as work. Move or hold them in Shopify.',
  'phrase.choice-put-back':
    'The hub was put back to a backup after the customer was asked: they may have chosen something else before. Ask them.',
  'phrase.choice-too-late': 'The customer was asked and has not chosen; their link has expired.',
  'phrase.choice-held': 'Another hold than the hub’s is on them. Find out why.',
  'phrase.choice-store-gone':
    'The store no longer has them free, or Shopify does not let them go there. Agree on something else with the customer.',
  'phrase.choice-other-units':
    'Other units of an item are still to be handed over, and Shopify might take those off the order. Refund once they are handed over.',
  'phrase.choice-no-payment': 'Shopify suggests no refund to the original payment.',
  'phrase.choice-currency': 'The order was paid in another currency than the shop’s.',
  'phrase.choice-owed': 'Something of the order is still to be paid, or was authorised only.',
  'phrase.no-location': 'a location that Shopify no longer has',
  'phrase.no-locations': 'none is visible to the app',
  'phrase.waiting-tills': 'tills {tills}',
  'phrase.waiting-movements':
    '{movements|stock change|stock changes} that Shopify has and no till has sent again ({items})',
  'phrase.waiting-both':
    'tills {tills}, and {movements|stock change|stock changes} that Shopify has and no till has sent again ({items})',
  'phrase.waiting-nothing': 'nothing; it ends soon',
  'phrase.no-answer': 'none yet.',
  'phrase.work-locations': 'reading locations',
  'phrase.work-catalogue': 'reading items and their stock',
  'phrase.work-orders': 'reading orders',
  'phrase.work-webhooks': 'applying webhooks',
  'phrase.work-access': 'comparing the app’s scopes',
  'phrase.work-levels': 'reading stock levels',
  'phrase.work-writes': 'sending stock and pickups',
  'phrase.work-several': '{count|kind|kinds} of work',
  'phrase.no-level': 'no level',
  'phrase.shopify-says': 'Shopify says: {said}',
  'phrase.INVALID_INVENTORY_ITEM': 'Shopify no longer has this item. Map its SKU to an item that exists.',
  'phrase.NON_MUTABLE_INVENTORY_ITEM':
    'In Shopify it is a bundle, whose stock follows its parts and cannot be written. Sell the parts under their own SKUs in the POS.',
  'phrase.INVALID_LOCATION': 'Shopify does not accept stock at this location. Check that it is active.',
  'phrase.INVALID_QUANTITY_TOO_HIGH':
    'The level would be higher than Shopify allows. Count the item and correct it in Shopify.',
  'phrase.INVALID_QUANTITY_TOO_LOW':
    'The level would be lower than Shopify allows. Count the item and correct it in Shopify.',
} as const
