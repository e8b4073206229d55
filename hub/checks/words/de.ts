import type { WordCode } from './message.ts'

/** The German wording; a missing key does not compile, and a test compares the fields. */
export const de: Readonly<Record<WordCode, string>> = {
  'exceptions-beyond-limit':
    'Filiale {store} hat mehr als {limit} offene Ausnahmen der Art „{kind}“; {more} weitere wurden gezählt und sind nicht aufgeführt. Suchen Sie die Ursache: meist eine Kasse oder eine Einstellung.',
  'promised-beyond-stock':
    'Filiale {store}, {warehouse}: {promised} von {sku} sind Kunden zugesagt, {held} sind vorhanden: {missing} fehlen. Darauf warten: {orders}. Zählen Sie den Artikel. Ist er nicht da, suchen Sie Ersatz oder informieren Sie die Kunden.',
  'clock-wrong.ahead':
    'Die Uhr der Kasse „{till}“ in Filiale {store} geht gegenüber dem Hub {minutes|Minute|Minuten} vor. Ihre Verkäufe tragen diese Zeit. Stellen Sie die Uhr des Kassen-PCs über einen Zeitserver.',
  'clock-wrong.behind':
    'Die Uhr der Kasse „{till}“ in Filiale {store} geht gegenüber dem Hub {minutes|Minute|Minuten} nach. Ihre Verkäufe tragen diese Zeit. Stellen Sie die Uhr des Kassen-PCs über einen Zeitserver.',
  'event-unreadable':
    'Ein Ereignis der Art „{kind}“ aus Filiale {store} konnte nicht verarbeitet werden ({problem}). Es bleibt vollständig erhalten. Aktualisieren Sie den Hub oder fragen Sie mit der Datensatznummer um Hilfe.',
  'receipt-of-two-tills.sale':
    'Bon {receipt} vom {soldAt} über {total}, verkauft an Kasse „{till}“ in Filiale {store}, zählt nicht: Kasse „{other}“ hat einen anderen Bon mit dieser Nummer. Nummeriert jede Kasse ihre Bons selbst, geben Sie der Quelle „{source}“ an Kasse „{till}“ einen anderen Namen, schreiben Sie "countsAgain": ["{source}"] in ihren Eintrag in agent.json und starten Sie deren Agent neu: Der Bon zählt dann, und kein anderer doppelt.',
  'receipt-of-two-tills.void':
    'Kasse „{till}“ in Filiale {store} hat ihren Bon {receipt} storniert. Er zählt nicht, weil Kasse „{other}“ einen anderen Bon mit dieser Nummer hat; es gibt nichts zu stornieren. Nummeriert jede Kasse ihre Bons selbst, geben Sie der Quelle „{source}“ an Kasse „{till}“ einen anderen Namen, schreiben Sie "countsAgain": ["{source}"] in ihren Eintrag in agent.json und starten Sie deren Agent neu.',
  'receipt-of-two-tills.entry':
    'Lagerbuchung {entry} vom {happenedAt} ({quantity} von {sku}) von Kasse „{till}“ in Filiale {store} zählt nicht: Kasse „{other}“ hat eine andere Buchung mit dieser Nummer. Führt jede Kasse ihr eigenes Lagerbuch, geben Sie der Quelle „{source}“ an Kasse „{till}“ einen anderen Namen, schreiben Sie "countsAgain": ["{source}"] in ihren Eintrag in agent.json und starten Sie deren Agent neu: Die Buchung zählt dann, und keine andere doppelt.',
  'receipt-of-two-tills.cash':
    'Kassenbewegung {receipt} vom {date} über {amount} von Kasse „{till}“ in Filiale {store} zählt nicht: Kasse „{other}“ hat eine andere mit dieser Nummer. Nummeriert jede Kasse ihre Bons selbst, geben Sie der Quelle „{source}“ an Kasse „{till}“ einen anderen Namen, schreiben Sie "countsAgain": ["{source}"] in ihren Eintrag in agent.json und starten Sie deren Agent neu: Die Bewegung zählt dann, und keine andere doppelt.',
  'ingest-blocked':
    'Kasse „{till}“ in Filiale {store} kann ihre Verkäufe nicht abliefern: Der Hub scheitert jedes Mal daran, Datensatz {epoch}/{seq} zu speichern ({error}: {why}). Die Kasse behält ihn und alle folgenden und sendet sie erneut. Prüfen Sie Festplatte und Datenbank des Hubs. Ist nur diese Kasse betroffen, fragen Sie mit der Logdatei des Hubs um Hilfe.',
  'ingest-blocked.handshake':
    'Kasse „{till}“ in Filiale {store} erreicht den Hub, aber er kann sie nicht annehmen ({error}: {why}). Die Kasse behält ihre Verkäufe und versucht es weiter. Prüfen Sie Festplatte und Datenbank des Hubs. Ist nur diese Kasse betroffen, fragen Sie mit der Logdatei des Hubs um Hilfe.',
  'stream-forked':
    'Kasse „{till}“ in Filiale {store} ist angehalten: {reason} Melden Sie sie neu an mit: tillbridge-hub enrol-code {store} --till "{till}". Noch nicht übertragene Verkäufe sendet sie dann einmal.',
  'till-restored':
    'Eine Kasse der Filiale {store} wurde aus einer Sicherung wiederhergestellt und beginnt eine neue Epoche. Verkäufe, die ihr Kassensystem noch hat, werden erneut gelesen und zählen einmal. Was seit der Sicherung nur die Kasse hatte, fehlt vielleicht: vom Kassensystem übergebene Verkäufe, gedruckte Bons und Schritte bei Abholungen. Klären Sie, warum sie wiederhergestellt wurde.',
  'journal-damaged.whole':
    'Das Journal der Kasse „{till}“ in Filiale {store} war beschädigt ({cause}). Sein ganzer Inhalt konnte gelesen werden und wird wieder benutzt. Prüfen Sie die Festplatte dieses Rechners, bevor sie erneut ausfällt. Die beschädigte Datei liegt dort als {file}.',
  'journal-damaged.missing':
    'Das Journal der Kasse „{till}“ in Filiale {store} war beschädigt ({cause}). Nicht lesbar waren: {missing}. Was das Kassensystem noch hat, wird erneut gelesen und zählt einmal. Vergleichen Sie die Bons der Kasse von diesem Tag mit dem Hub, und prüfen Sie die Festplatte dieses Rechners. Die beschädigte Datei liegt dort als {file}.',
  'audit-failed.chain':
    'Die gespeicherten Ereignisse einer Kasse sind bei {subject} nicht vollständig: Eines wurde geändert oder fehlt. Führen Sie aus: tillbridge-hub audit. Bleibt es dabei, prüfen Sie die Festplatte und spielen Sie die neueste Sicherung ein.',
  'audit-failed.level':
    'Der Bestand {subject} ist nicht die Summe seiner Bewegungen. Führen Sie aus: tillbridge-hub audit. Bleibt es dabei, bewahren Sie eine Kopie der Datenbank auf und melden Sie es.',
  'audit-failed.due':
    'Was für {subject} noch an Shopify zu senden ist, stimmt nicht mit den wartenden Bewegungen überein. Führen Sie aus: tillbridge-hub audit. Bleibt es dabei, bewahren Sie eine Kopie der Datenbank auf und melden Sie es.',
  'audit-failed.held':
    'Was von {subject} vor Shopify zurückgehalten wird, ist nicht der Bruchteil, den das Bestandsbuch über ganze Stücke hinaus hat. Führen Sie aus: tillbridge-hub audit. Bleibt es dabei, bewahren Sie eine Kopie der Datenbank auf und melden Sie es.',
  'audit-failed.agreement':
    'Womit der Hub Shopifys Bestand von {subject} verglichen hat, ist nicht, was das Bestandsbuch hat, abzüglich dessen, was fällig, zurückgehalten und unterwegs ist. Führen Sie aus: tillbridge-hub audit. Bleibt es dabei, bewahren Sie eine Kopie der Datenbank auf und melden Sie es.',
  'audit-failed.line':
    'Bonzeile {subject} hat den Bestand um eine andere Menge bewegt, als verkauft wurde. Führen Sie aus: tillbridge-hub audit. Bleibt es dabei, bewahren Sie eine Kopie der Datenbank auf und melden Sie es.',
  'audit-failed.write':
    'Alte Anfragen an Shopify ({subject}) sind nicht lesbar. Prüfen Sie die Festplatte und spielen Sie die neueste Sicherung ein.',
  'audit-failed.other':
    'Die nächtliche Prüfung hat gefunden, wofür diese Version des Hubs keine Worte hat: {what}, {subject}. Starten Sie den Hub neu, damit er ganz von einer Version ist, und führen Sie aus: tillbridge-hub audit.',
  'audit-failed.not-run':
    'Die nächtliche Prüfung des Hubs konnte nicht laufen ({why}). Führen Sie aus: tillbridge-hub audit.',
  'hub-disk-full':
    'Die Festplatte des Hubs ist voll. Der Hub speichert noch alles, in den 16 MB, die er dafür freihält; sind sie verbraucht, speichert er nichts mehr, und die Kassen behalten ihre Verkäufe. Schaffen Sie jetzt Platz auf der Festplatte.',
  'database-damaged':
    'Ein Teil der Datenbank des Hubs ist nicht lesbar ({why}). Was anderswo darin liegt, arbeitet weiter; die Kassen behalten, was der Hub nicht speichern kann. Führen Sie aus: tillbridge-hub audit. Prüfen Sie danach die Festplatte und spielen Sie die neueste Sicherung ein.',
  'database-damaged.record':
    'Die Aufzeichnung neben der Datenbank des Hubs war nicht lesbar. Sie liegt jetzt unter {aside}, und eine neue hat begonnen; Verkäufe und Bestandsänderungen gehen weiter. Wird die Datenbank aus einer Sicherung eingespielt, die vor heute entstand, fragt der Hub Shopify nach dem, was er gesendet hat. Prüfen Sie die Festplatte und machen Sie danach eine Sicherung.',
  'device-silent':
    'Kasse „{till}“ der Filiale {store} hat sich seit zwei Tagen nicht verbunden. Ihre Verkäufe fehlen hier vielleicht. Prüfen Sie, ob der Rechner läuft und online ist; wird die Kasse nicht mehr benutzt, widerrufen Sie sie.',
  'till-held-back':
    'Kasse „{till}“ der Filiale {store} sendet mehr Datensätze, die der Hub nicht lesen kann, als er von einer Kasse annimmt ({limit} MiB am Tag). Die Kasse behält die übrigen und die Verkäufe dahinter, und der Hub nimmt sie langsam an; nichts geht verloren. Ist der Agent der Kasse neuer als der Hub, aktualisieren Sie den Hub. Sonst klären Sie, was die Kasse sendet, oder widerrufen Sie sie.',
  'refused-rows-beyond-limit':
    'Kasse „{till}“ der Filiale {store} lehnt so viele Zeilen ihres Kassensystems ab, dass der Hub deren Inhalt nicht mehr behält ({limit} MiB am Tag; {more} Zeilen darüber). Sie werden gezählt, und ihr Inhalt steht im Kassensystem. Suchen Sie die gemeinsame Ursache, meist eine Einstellung der Quelle.',
  'look-ups-beyond-limit':
    'Kasse „{till}“ der Filiale {store} hat innerhalb einer Stunde mehr als {limit} Bestellungen gesucht und dabei Namen von Kunden gesehen. Sie wird gebremst, bis die Stunde vorbei ist. Fragen Sie in der Filiale, ob das Personal das war. Ist die Kasse nicht dort, wo sie hingehört, widerrufen Sie sie.',
  'till-unusual.receipts':
    'Kasse „{till}“ der Filiale {store} hat {value|Bon|Bons} aus einer Stunde gesendet; ihre stärkste Stunde bis dahin hatte {most}. Fragen Sie in der Filiale, ob es diese Verkäufe gab. Sie zählen, bis sie im Kassensystem storniert sind.',
  'till-unusual.sold':
    'Kasse „{till}“ der Filiale {store} hat innerhalb einer Stunde für {value} verkauft; das Höchste bis dahin war {most}. Fragen Sie in der Filiale, ob es diese Verkäufe gab. Sie zählen, bis sie im Kassensystem storniert sind.',
  'till-unusual.refunded':
    'Kasse „{till}“ der Filiale {store} hat innerhalb einer Stunde {value} erstattet; das Höchste bis dahin war {most}. Fragen Sie in der Filiale, ob es diese Erstattungen gab. Sie zählen, bis sie im Kassensystem storniert sind.',
  'till-unusual.late':
    'Kasse „{till}“ der Filiale {store} hat innerhalb einer Stunde {value} zurück- oder vordatierte Bons gesendet; ein Tag aus ihren stärksten Stunden hat {most}. Fragen Sie in der Filiale, ob es diese Verkäufe gab. Sie zählen, bis sie im Kassensystem storniert sind.',
  'till-unusual.units':
    'Kasse „{till}“ der Filiale {store} hat auf einem Bon {value|Einheit|Einheiten} eines Artikels verkauft oder zurückgenommen; das Höchste bis dahin waren {most}. Prüfen Sie, ob ein Code in das Mengenfeld gescannt wurde. Der Bon zählt, bis er im Kassensystem storniert oder korrigiert ist.',
  'till-unusual.amount':
    'Kasse „{till}“ der Filiale {store} hat einen Bon mit einer Position über {value} gesendet; das Höchste bis dahin waren {most}. Prüfen Sie, ob ein Code in das Preisfeld gescannt wurde. Der Bon zählt, bis er im Kassensystem storniert oder korrigiert ist.',
  'device-silent.hours':
    'Kasse „{till}“ der Filiale {store} hat sich seit {minutes|Minute|Minuten} Öffnungszeit nicht verbunden. Ihre Verkäufe fehlen hier vielleicht, und sie zeigt keine neuen Abholungen. Prüfen Sie, ob der Rechner läuft und online ist; wird die Kasse nicht mehr benutzt, widerrufen Sie sie.',
  'release-stopped':
    'Die Aktualisierung der Kassen auf Version {version} wurde angehalten: {why}. Sie arbeiten mit der Version davor weiter. Lesen Sie, was update-failed zu diesen Kassen sagt; ziehen Sie die Version dann zurück und bieten Sie eine korrigierte an, oder bieten Sie sie erneut an.',
  'update-failed':
    'Kasse „{till}“ der Filiale {store} konnte Version {version} nicht behalten und läuft mit {runs}: {why}',
  'settings-stopped':
    'Version {version} der Kasseneinstellungen, die {by} gesetzt hat („{what}“), wurde angehalten: {why}. Die Kassen laufen mit den Einstellungen davor. Lesen Sie, was settings-failed zu diesen Kassen sagt; setzen Sie dann korrigierte Einstellungen, nehmen Sie die Version zurück, oder bieten Sie sie erneut an.',
  'settings-stopped.restored':
    'Version {version} der Kasseneinstellungen, die {by} gesetzt hat („{what}“), erreicht keine weitere Kasse: {why}. Kassen, die sie haben, behalten sie. Bieten Sie sie erneut an, oder nehmen Sie sie zurück.',
  'settings-failed':
    'Kasse „{till}“ der Filiale {store} konnte Version {version} ihrer Einstellungen nicht behalten und läuft mit denen davor: {why}',
  'device-unknown':
    '{devices|Kasse, die dieser Hub nicht kennt, hat sich|Kassen, die dieser Hub nicht kennt, haben sich} innerhalb eines Tages gemeldet, zuletzt {device}. Wurde der Hub aus einer Sicherung wiederhergestellt, so hat er die Kassen vergessen, die seitdem angemeldet wurden: Melden Sie sie mit einem neuen Code neu an, dann senden sie, was sie haben. Zeigt keine Kasse an, dass der Hub sie nicht kennt, so hat ein Fremder die Adresse des Hubs erreicht; von ihm wurde nichts angenommen.',
  'hub-copied':
    'Zwei Kopien dieses Hubs laufen: Kasse „{till}“ der Filiale {store} war hier verbunden, und seitdem hat ein anderer Hub dieses Namens Datensätze von ihr angenommen. Beide senden vielleicht Bestände an Shopify. Suchen Sie den anderen, etwa eine geklonte oder zurückgesetzte virtuelle Maschine, und halten Sie ihn an. Führen Sie danach aus: tillbridge-hub audit.',
  'hub-behind':
    'Der Hub hat {missing|Datensatz nicht mehr, den|Datensätze nicht mehr, die} er Kasse „{till}“ schon bestätigt hatte, weil er aus einer Sicherung wiederhergestellt wurde. Die Kasse sendet erneut.',
  'hub-behind.served':
    'Kasse „{till}“ war mit diesem Hub zu einer Zeit verbunden, die seine Datenbank nicht kennt: Die Datenbank und die Aufzeichnung neben ihr wurden zusammen zurückgespielt. Was in dieser Zeit für die Filiale an Shopify ging, steht in keiner Aufzeichnung. Der Hub vergleicht deshalb jeden Artikel mit Shopify, bevor er etwas bucht.',
  'history-damaged':
    'Gepackte Ereignisse der Filiale {store} sind nicht lesbar: {events}. Sie wurden auf der Festplatte verändert. Verkäufe und Bestände sind nicht betroffen. Prüfen Sie die Festplatte des Hubs und stellen Sie die Datenbank aus einer Sicherung wieder her.',
  'pos-row-refused':
    'Filiale {store}: {row} aus „{source}“ wurde abgelehnt ({code}) und zählt erst nach der Korrektur. Die Kasse meldet: “{said}”',
  'pos-row-refused.former-store':
    'Filiale {store}: {row} aus „{source}“ gehört zu einer Filiale, in der dieser Kassen-PC vorher stand. In keiner Filiale wurde etwas gebucht ({code}). Korrigieren Sie die Bestände und Umsätze jener Filiale von Hand und schließen Sie dann diese Ausnahme. Die Kasse meldet: “{said}”',
  'receipt-unparsed':
    'Filiale {store}: Ein gedruckter Beleg aus „{source}“ konnte nicht gelesen werden ({code}) und zählt nicht. Die Kasse meldet: “{said}”',
  'unposted-sale':
    'Bon {receipt} vom {soldAt} wurde an Kasse {till} in Filiale {store} gedruckt, aber {expected} kennt diesen Verkauf nicht. Suchen Sie ihn im Kassensystem. Ist er verloren, tragen Sie ihn dort nach.',
  'unposted-sale.no-number':
    'Ein Bon ohne Nummer vom {soldAt} wurde an Kasse {till} in Filiale {store} gedruckt, aber {expected} kennt diesen Verkauf nicht. Suchen Sie ihn im Kassensystem. Ist er verloren, tragen Sie ihn dort nach.',
  'pos-write-refused':
    'Filiale {store}: {what} {order} konnte nicht in die Kasse „{source}“ geschrieben werden ({code}). Die Kasse meldet: “{said}”',
  'pos-unread':
    'Kasse „{till}“ der Filiale {store} konnte das Kassensystem „{source}“ seit einer Stunde nicht lesen: Was dort verkauft wird, fehlt hier. {why} Prüfen Sie, ob das Kassensystem läuft und seine Daten von der Kasse aus erreichbar sind.',
  'pins-guessed':
    'An Kasse „{till}“ der Filiale {store} wurden innerhalb einer Stunde {wrong} falsche PINs oder unbekannte Ausweise eingegeben. Fragen Sie die Filiale, wer dort war; ändern Sie die PIN einer Person, deren PIN bekannt sein kann: `tillbridge-hub staff pin`.',
  'till-disk-full':
    'Die Festplatte der Kasse „{till}“ in Filiale {store} ist voll. Sie zeichnet Verkäufe noch auf, in dem Platz, den sie dafür freihält; ist er verbraucht, zeichnet sie nichts mehr auf. Schaffen Sie jetzt Platz auf dieser Festplatte.',
  'own-settings-broken':
    'Kasse „{till}“ der Filiale {store} läuft nicht mit ihrer agent.json, sondern mit den Einstellungen weiter, die zuletzt funktioniert haben: {why}',
  'reads-no-sales':
    'Kasse „{till}“ der Filiale {store} liest keine Verkäufe, bis ihre agent.json berichtigt ist: Was sie verkauft, erreicht die Zentrale nicht. {why}',
  'till-disk-low':
    'Auf der Festplatte der Kasse „{till}“ in Filiale {store} sind nur noch {free} MB frei. Schaffen Sie Platz, bevor sie voll ist: alte Protokolle, Downloads, Updates.',
  'hub-certificate-ends':
    'Das Zertifikat des Hubs, wie es {tills|seiner Kassen sieht|seiner Kassen sehen} (eine davon: „{till}“ in Filiale {store}), endet am {ends}. Ohne ein neues verbindet sich danach keine Kasse mehr. Erneuern Sie es auf dem Proxy des Hubs und laden Sie es dort.',
  'pos-write-waiting':
    'Änderungen, die an Kasse „{till}“ noch ins Kassensystem „{target}“ geschrieben werden müssen: {waiting}. {why}',
  'command-unreadable':
    'Befehle des Hubs, die Kasse „{till}“ nicht lesen kann: {commands}. Aktualisieren Sie ihren Agent. Er bewahrt sie auf und führt sie nach der Aktualisierung aus.',
  'peripheral-missing': 'Filiale {store}: „{peripheral}“ ist nicht verbunden. Die Kasse meldet: “{said}”',
  'printer-needs-care': 'Filiale {store}: „{peripheral}“ druckt nicht. Die Kasse meldet: “{said}”',
  'receipt-does-not-balance':
    'Bon {receipt} vom {date}: Zahlungen und Positionen samt Steuern weichen um {difference} voneinander ab. Der Bestand ist gebucht. Korrigieren Sie den Bon im Kassensystem oder akzeptieren Sie die Differenz.',
  'location-unmapped.sold':
    'Filiale {store} verkauft aus dem Lager „{warehouse}“, das keinem Shopify-Standort zugeordnet ist. Führen Sie aus: tillbridge-hub store map {store} "{warehouse}" STANDORT. Die Verkäufe bleiben erhalten und werden danach gebucht.',
  'location-unmapped.none':
    'Lager {warehouse} der Filiale {store} ist keinem Shopify-Standort zugeordnet, deshalb erreicht sein Bestand Shopify nicht. Ordnen Sie es einem dieser Standorte zu: {choice}. Die Verkäufe bleiben erhalten und werden danach gebucht.',
  'location-unmapped.gone':
    'Lager {warehouse} der Filiale {store} ist {location} zugeordnet; diesen Standort hat Shopify gelöscht oder deaktiviert, deshalb erreicht sein Bestand Shopify nicht. Ordnen Sie es einem dieser Standorte zu: {choice}. Die Verkäufe bleiben erhalten und werden danach gebucht.',
  'location-unmapped.refused':
    'Shopify nimmt an {location}, dem Lager {warehouse} der Filiale {store} zugeordnet ist, keinen Bestand an: Der Standort ist deaktiviert, gelöscht oder führt keinen Bestand. Aktivieren Sie ihn in Shopify oder ordnen Sie das Lager einem anderen zu. Die Verkäufe bleiben erhalten und werden danach gebucht.',
  'location-unmapped.restored':
    'Im wiederhergestellten Hub ist das Lager {warehouse} der Filiale {store} {location} zugeordnet, sein Bestand wurde seit der Sicherung aber an {sent} gesendet. Es wird nichts gesendet, bis Sie sagen, was stimmt: tillbridge-hub store map {store} {warehouse} und der Standort.',
  'location-unmapped.claimed-twice':
    'Lager {warehouse} der Filiale {store} ist {location} zugeordnet, den auch eine andere Filiale beansprucht, deshalb erreicht sein Bestand Shopify nicht. Ordnen Sie es einem dieser Standorte zu: {choice}. Die Verkäufe bleiben erhalten und werden danach gebucht.',
  'location-unmapped.order':
    'Bestellung {order} soll bei „{name}“ ({location}) abgeholt werden. Dieser Standort ist keiner Filiale zugeordnet, deshalb zeigt sie keine Kasse an. Ordnen Sie ein Lager diesem Standort zu oder verschieben Sie die Bestellung in Shopify.',
  'sku-unknown':
    '{sku} wurde in {stores} verkauft oder bewegt, ist in Shopify aber unbekannt, auch unter seinem Barcode. Tragen Sie SKU oder Barcode bei der richtigen Variante ein; der Bestand wird dann automatisch nachgebucht.',
  'sku-ambiguous':
    'Shopify hat mehrere Artikel mit der SKU {sku} oder ihrem Barcode, verkauft oder bewegt in {stores}. Lassen Sie sie nur bei einem stehen. Bis dahin wird der Bestand nicht übertragen, weil nicht klar ist, welcher gemeint ist.',
  'item-untracked':
    'Shopify führt keinen Bestand für {sku}, verkauft oder bewegt in {stores}. Schalten Sie „Menge verfolgen“ in Shopify ein, wenn der Bestand wichtig ist; sonst ist nichts zu tun.',
  'item-bundle':
    '{sku}, verkauft oder bewegt in {stores}, ist in Shopify ein Set. Sein Bestand ergibt sich aus seinen Teilen und lässt sich nicht ändern. Lassen Sie die Kasse die Teile unter ihren eigenen SKUs verkaufen. Bis dahin ist der Bestand der Teile in Shopify zu hoch.',
  'item-inactive':
    '{sku} wird an {warehouse} ({store}) verkauft, ist dort in Shopify aber nicht bevorratet. Die Zahlen bleiben aktuell, aber Kunden können den Artikel von diesem Standort erst kaufen, wenn er dort in Shopify geführt wird.',
  'quantity-not-whole':
    '{warehouse} ({store}) hat Teile von Stücken verkauft, und Shopify zählt nur ganze Stücke. Diese Mengen werden zurückgehalten und gehen mit dem nächsten ganzen Stück des Artikels an Shopify: {items}. Shopify weicht je Artikel um weniger als ein Stück ab. Wird ein Artikel nach Gewicht oder Länge verkauft, lassen Sie die Bestandsverfolgung in Shopify aus.',
  'held-back-long':
    'Seit mehr als einem Tag sind an {warehouse} ({store}) {units} Stück von {count|Artikel|Artikeln} vom Onlineverkauf zurückgehalten: {items}. Die Kassen der Filiale melden sich nicht, daher weiß der Hub nicht, was sie verkauft haben. Bringen Sie die Kassen wieder in Betrieb. Verkauft die Filiale zurzeit nichts, führen Sie aus: tillbridge-hub contract set {store} --hold-back off.',
  'held-back-long.unclear':
    'Shopify hat nicht geantwortet, als an {warehouse} ({store}) Stücke vom Onlineverkauf zurückgehalten wurden, und sein Sicherheitsbestand lässt nicht erkennen, ob das geschehen ist: {items}. Der Hub lässt diese Stücke, wo sie sind. Sehen Sie in der Shopify-Verwaltung den Bestandsverlauf des Artikels an. Hat Tillbridge die Stücke in den Sicherheitsbestand gebucht, führen Sie aus: tillbridge-hub stock decide-held {store} {sku} --held; dann gibt der Hub sie zurück. Hat Tillbridge das nicht getan, führen Sie es mit --not-held aus.',
  'held-back-long.refused':
    'Shopify lehnt es ab, an {warehouse} ({store}) Stücke von {items} zwischen verfügbar und Sicherheitsbestand umzubuchen: {problem} Darum werden sie nicht vom Onlineverkauf zurückgehalten, solange die Filiale sich nicht meldet, oder kommen nicht zurück. Der Hub versucht es immer seltener, bis zu einmal in der Stunde. Berichtigen Sie den Artikel oder den Standort in der Shopify-Verwaltung, oder buchen Sie die Stücke dort zurück.',
  'level-variance':
    'An {warehouse} ({store}) weicht Shopifys Bestand von {count|Artikel|Artikeln} von dem ab, was Kassenverkäufe, Shopify-Bestellungen und die dem Hub bekannten Bestandsänderungen ergeben: {items}. Genannt sind jeweils der Bestand, den der Hub erwartet, und der, den Shopify zeigt, oder nur der Unterschied, solange der Hub nicht vergleichen kann. Sehen Sie im Bestandsverlauf der Shopify-Verwaltung nach. Stimmt Shopify, führen Sie aus: tillbridge-hub stock accept {store} SKU. Stimmt es nicht, korrigieren Sie es in Shopify.',
  'count-differs':
    'Die Kasse von {store} zählt {counted} × {sku} an {warehouse}; nach ihren Verkäufen und Buchungen wurden {expected} erwartet. {why} Fragen Sie die Filiale. Kam oder ging Ware, von der nichts gemeldet wurde, führen Sie aus: tillbridge-hub stock counted {store} {sku} --right. Ist die Bewegung schon gebucht, etwa als Online-Bestellung, führen Sie es mit --booked aus.',
  'returned-twice':
    'Shopify hat {count} × {sku} in den Bestand von {store} zurückgebucht (Bestellung {order}), und eine Kasse dort hat denselben Artikel zurückgenommen: {receipts}. Ist es dieselbe Ware, zählt sie jetzt doppelt. Fragen Sie die Filiale, und führen Sie dann aus: tillbridge-hub stock returned {store} {sku} --same, oder --apart, wenn es andere Ware ist.',
  'stock-write-refused.item':
    'Shopify hat den Bestand von {sku} an {warehouse} ({store}) abgelehnt. {why} Der Hub versucht es automatisch erneut; andere Artikel sind nicht betroffen.',
  'stock-write-refused.request':
    'Shopify hat eine Bestandsänderung an {warehouse} ({store}) abgelehnt: {problem} Der Hub versucht es automatisch erneut. Melden Sie es, wenn es so bleibt.',
  'stock-write-unknown.answer-lost':
    'Es ist nicht bekannt, ob Shopify diese Bestandsänderungen an {warehouse} ({store}) ausgeführt hat: {items}. Genannt sind jeweils die Änderung, der Bestand davor und der Bestand, den Shopify jetzt zeigt. Sie werden nicht noch einmal gesendet, weil sie doppelt zählen könnten. Suchen Sie {reference} im Bestandsverlauf der Shopify-Verwaltung. Ist der Eintrag nicht dort, zählen Sie die Artikel in der Filiale und korrigieren Sie Shopify.',
  'stock-write-unknown.restored':
    'Der Hub wurde aus einer Sicherung wiederhergestellt. {items} an {warehouse} ({store}): {moved} wurden davor bewegt, und es ist nicht bekannt, ob Shopify, das {shown} zeigt, das schon hat. Es wurde nichts gesendet. Vergleichen Sie mit dem Bestandsverlauf in der Shopify-Verwaltung und führen Sie dann aus: tillbridge-hub recovery judge {store} --sku {items}, mit --posted oder --not-posted.',
  'stock-write-unknown.clock':
    'Die Uhr der Kasse „{till}“ in Filiale {store} wurde umgestellt, während die Kasse offline war. Deshalb wurden {moved} von {items} an {warehouse} entweder vor dem Start der Filiale bewegt, und Shopify zählt das schon mit, oder danach. Es wurde nichts gesendet. Fragen Sie das Personal, wann verkauft wurde, und führen Sie dann aus: tillbridge-hub recovery judge {store} --sku {items}, mit --posted, wenn es davor war, oder --not-posted, wenn es danach war.',
  'stock-write-unknown.tracked':
    'Für {items} wurde in Shopify die Bestandsverfolgung eingeschaltet. Es ist nicht bekannt, wann das geschah und wann der Bestand an {warehouse} ({store}) eingetragen wurde. Um diese Zeit wurden {moved} bewegt, und Shopify, das {shown} zeigt, zählt das vielleicht schon mit, vielleicht nicht. Es wurde nichts gesendet. Fragen Sie die Person, die den Bestand eingetragen hat, und führen Sie dann aus: tillbridge-hub recovery judge {store} --sku {items}, mit --posted oder --not-posted.',
  'stock-write-stuck.items':
    'Shopify hat diese Bestandsänderungen von {warehouse} ({store}) seit mehr als 10 Minuten nicht übernommen: {items}. Letzte Antwort: {problem} Sie werden automatisch erneut gesendet; andere Artikel sind nicht betroffen. Bis dahin können Kunden kaufen, was schon verkauft ist.',
  'stock-write-stuck.place':
    'Die Bestandsänderungen von {warehouse} ({store}) konnten seit mehr als 10 Minuten nicht an Shopify gesendet werden: {problem} Der Hub versucht es automatisch erneut. Bis dahin können Kunden kaufen, was schon verkauft ist.',
  'stock-write-stuck.shop':
    'Shopify hat die Bestandsänderungen von {count|Filiale|Filialen} seit mehr als 10 Minuten nicht übernommen: {stores}. Letzte Antwort: {problem} Sie werden automatisch erneut gesendet. Bis dahin können Kunden kaufen, was schon verkauft ist.',
  'shopify-work-fails':
    'Die Arbeit des Hubs mit Shopify schlägt seit mehr als 10 Minuten fehl ({part}): {problem} Der Hub versucht es automatisch erneut, und nichts geht verloren. Prüfen Sie die Internetverbindung des Hubs und die Statusseite von Shopify.',
  'hub-restored.older':
    'Die Datenbank des Hubs ist älter, als sie schon war: Sie wurde aus einer Sicherung wiederhergestellt. Was er für Filiale {store} an Shopify gesendet hatte, ist bekannt und wird nicht erneut gesendet. Gewartet wird auf: {waiting}.',
  'hub-restored.no-record':
    'Die Datenbank des Hubs liegt an einem neuen Ort, oder die Aufzeichnung neben ihr fehlt; sie ist vielleicht älter, als sie schon war. Für Filiale {store} wird Shopify zu jeder Änderung gefragt, bevor sie gesendet wird. Gewartet wird auf: {waiting}.',
  'hub-restored.forked':
    'Eine Kopie der Datenbank des Hubs wurde anderswo benutzt, und diese hier ist nicht die neueste. Stellen Sie sicher, dass nur ein Hub läuft. Für Filiale {store} wird Shopify zu jeder Änderung gefragt, bevor sie gesendet wird. Gewartet wird auf: {waiting}.',
  'hub-restored.till':
    'Eine Kasse der Filiale {store} sagt, der Hub habe Datensätze bestätigt, die er nicht hat; die Aufzeichnung neben der Datenbank weiß davon nichts. Zu älteren Änderungen wird Shopify gefragt, bevor sie gesendet werden. Gewartet wird auf: {waiting}.',
  'redaction-waits':
    'Die Kasse „{till}“ der Filiale {store} hat Kundendaten von {orders|Bestellung|Bestellungen} noch nicht gelöscht. Das Gesetz verlangt es bis {until}. Schalten Sie die Kasse ein und verbinden Sie sie mit dem Netz. Gibt es sie nicht mehr, führen Sie aus: tillbridge-hub device revoke {device}.',
  'recovery-overdue':
    'Der Hub stellt Filiale {store} seit über einer Stunde wieder her. Gewartet wird auf: {waiting}. Verbinden Sie diese Kassen oder widerrufen Sie die, die es nicht mehr gibt. Kommt etwas nicht mehr, führen Sie aus: tillbridge-hub recovery drop {store}.',
  'records-lost':
    'Der Hub wurde aus einer Sicherung wiederhergestellt, und ihm fehlen Daten der Kasse „{till}“ in Filiale {store}, die er davor hatte ({records|Datensatz|Datensätze}): Der PC dieser Kasse oder sein Journal wurde ebenfalls ersetzt. Der Hub hatte sie zwischen {since} und {until} erhalten. Vergleichen Sie die Belege im Kassensystem mit dem Hub für diese Zeit. Wenn das erledigt ist, führen Sie aus: tillbridge-hub recovery drop {store}.',
  'records-lost.awaited':
    'Der Hub wurde aus einer Sicherung wiederhergestellt, und Daten der Kasse „{till}“ in Filiale {store}, die er davor hatte ({records|Datensatz|Datensätze}), sind noch nicht zurück. Sie können auf dem früheren PC der Kasse liegen. Starten Sie diesen PC oder die Kasse selbst und verbinden Sie ihn mit dem Netz: Er sendet sie von allein. Melden Sie ihn nicht neu an. Wenn es diesen PC nicht mehr gibt, führen Sie aus: tillbridge-hub recovery drop {store}.',
  'pickup-write-refused.ready':
    'Abholung {order} in {store}: Shopify hat „bereit“ nicht angenommen: {problem} Der Kunde wurde nicht benachrichtigt; sagen Sie ihm wenn möglich Bescheid. Sehen Sie sich die Bestellung in Shopify an.',
  'pickup-write-refused.ready-retried':
    'Abholung {order} in {store}: Shopify hat „bereit“ nicht angenommen: {problem} Der Kunde wurde nicht benachrichtigt; sagen Sie ihm wenn möglich Bescheid. Der Hub versucht es automatisch erneut. Sehen Sie sich die Bestellung in Shopify an.',
  'pickup-write-refused.collected':
    'Abholung {order} in {store}: Shopify hat die Übergabe nicht angenommen: {problem} Sehen Sie sich die Bestellung in Shopify an.',
  'pickup-write-refused.collected-retried':
    'Abholung {order} in {store}: Shopify hat die Übergabe nicht angenommen: {problem} Der Hub versucht es automatisch erneut. Sehen Sie sich die Bestellung in Shopify an.',
  'pickup-write-refused.short':
    'Shopify hat die Artikel nicht abgetrennt, die {store} für Bestellung {order} nicht gefunden hat: {problem} Teilen Sie die Bestellung in Shopify, halten Sie die fehlenden Artikel an und tragen Sie den Rest als abholbereit ein.',
  'pickup-write-refused.short-retried':
    'Shopify hat die Artikel nicht abgetrennt, die {store} für Bestellung {order} nicht gefunden hat: {problem} Es wird automatisch erneut versucht. Bis dahin weiß der Kunde nicht, dass der Rest bereit ist; sagen Sie ihm wenn möglich Bescheid.',
  'pickup-write-stuck.short':
    'Seit 10 Minuten hat Shopify nicht übernommen, dass {store} nicht alle Artikel der Bestellung {order} gefunden hat ({problem}). Es wird automatisch erneut versucht. Der Kunde weiß noch nicht, dass der Rest bereit ist; sagen Sie ihm wenn möglich Bescheid.',
  'pickup-write-stuck.ready':
    'Abholung {order} in {store}: Shopify hat „bereit“ seit mehr als 10 Minuten nicht übernommen. Letzte Antwort: {problem} Der Kunde wurde nicht benachrichtigt; sagen Sie ihm wenn möglich Bescheid. Der Hub sendet es automatisch erneut.',
  'pickup-write-stuck.collected':
    'Abholung {order} in {store}: Shopify hat die Übergabe seit mehr als 10 Minuten nicht übernommen. Letzte Antwort: {problem} Der Hub sendet sie automatisch erneut; an der Kasse ist nichts zu tun.',
  'pickup-move-refused.collect':
    '{staff} hat Abholung {order} an {till} übergeben, aber: {why} Falls Ware doppelt oder zu früh herausgegeben wurde, zählen Sie nach und informieren Sie die Zentrale.',
  'pickup-move-refused.finish':
    '{staff} hat {order} an {till} als bereit markiert, aber: {why} Legen Sie diese Ware zurück.',
  'pickup-move-refused.unknown':
    'Eine Kasse der Filiale {store} hat eine Abholung bewegt, die der Hub noch nicht hat ({move} von {staff}, {pickup}). Der Schritt wartet und gilt, sobald Shopify die Bestellung zeigt. Bleibt dies länger als eine Stunde offen, suchen Sie die Bestellung in Shopify. Wurde Ware übergeben, schließen Sie sie dort ab.',
  'pickup-move-refused.no-order':
    'Eine Kasse der Filiale {store} hat eine Abholung unter einem Namen bewegt, den Shopify nicht vergeben kann ({move} von {staff}, {pickup}). Der Schritt hat keine Wirkung. Bitten Sie die IT, diese Kasse zu prüfen. Wurde Ware übergeben, suchen Sie die Bestellung in Shopify und schließen Sie sie dort ab.',
  'moves-beyond-limit':
    'Kasse „{till}“ in Filiale {store} hat Abholungen bewegt, die der Hub nicht hat, und {limit} solche Schritte warten schon auf ihre Bestellungen. Weitere werden hier gezählt und warten, bis wieder Platz ist. Prüfen Sie die Kasse, und sperren Sie sie, falls sie sendet, was sie nicht soll.',
  'moves-beyond-limit.archived':
    '{device} ({store}) wartet mit {count|Schritt|Schritten}, weil der erste davon in die Archivdatei {file} verschoben wurde, die der laufende Hub nicht liest. Keiner davon hat etwas bewirkt. Sehen Sie sie dort nach mit: tillbridge-hub trace. Schließen Sie übergebene Bestellungen in Shopify ab und registrieren Sie die Kasse dann neu; das beendet das Warten.',
  'unsent-of-other-store':
    'Der PC der Kasse „{till}“ in Filiale {here} kam aus Filiale {store} und hat noch {events} Datensätze jener Filiale, die der Hub von ihm nicht mehr annimmt. Sie zählen nirgends. Melden Sie den PC noch einmal in Filiale {store} an, um sie zu senden, und dann wieder hier.',
  'unsent-of-other-store.unreadable':
    'Der PC der Kasse „{till}“ in Filiale {here} kam aus Filiale {store} und hat eine Datei mit Datensätzen jener Filiale, die er nicht lesen kann. Wie viele nicht gesendet wurden, ist nicht bekannt. Kopieren Sie den Datenordner der Kasse, prüfen Sie die Festplatte und vergleichen Sie die Belege der Filiale {store} mit dem Hub.',
  'receipt-gap':
    'Die Belege {first} bis {last} der Quelle „{source}“ in Filiale {store} fehlen ({missing}); der Beleg davor ist vom {date}. Suchen Sie sie im Kassensystem oder auf Papier. Sind es Verkäufe, so hat das Kassensystem oder Tillbridge sie verloren: Sagen Sie es der IT. Hat das Kassensystem diese Nummern für etwas anderes vergeben, etwa eine geöffnete Schublade, so schließen Sie dies.',
  'receipt-gap.many':
    'Sehr viele Belege der Quelle „{source}“ in Filiale {store} fehlen: {missing|Nummer|Nummern} in {gaps|Lücke|Lücken} zwischen {first} und {last}; der Beleg vor der jüngsten Lücke ist vom {date}. Vergleichen Sie die Tage mit dem Kassensystem. Sind es Verkäufe, so hat das Kassensystem oder Tillbridge sie verloren: Sagen Sie es der IT. Vergibt das Kassensystem einige dieser Nummern stets für etwas anderes, so schließen Sie dies; Lücken dieser Reihe werden dann nur wieder gemeldet, wenn es wenige sind.',
  'receipt-gap.range':
    '{missing|Belegnummer|Belegnummern} am Stück, {first} bis {last}, der Quelle „{source}“ in Filiale {store} fehlen; der Beleg davor ist vom {date}. Vielleicht ist das Kassensystem zu einem anderen Nummernkreis übergegangen: Dann schließen Sie dies. Hat es sie gedruckt, so fehlen Verkäufe von Stunden: Vergleichen Sie den Tag mit dem Kassensystem, und sagen Sie es der IT.',
  'receipt-gap.ranges':
    'Die Belegnummern der Quelle „{source}“ in Filiale {store} springen zwischen {first} und {last} {gaps|Mal|Mal} um mehr als 100; der Beleg vor dem jüngsten Sprung ist vom {date}. Vielleicht geht das Kassensystem öfter zu einem anderen Nummernkreis über: Dann schließen Sie dies; Sprünge dieser Reihe werden dann nur wieder gemeldet, wenn es wenige sind. Hat es sie gedruckt ({missing|Beleg|Belege}), so fehlen Verkäufe von Stunden: Vergleichen Sie die Tage mit dem Kassensystem, und sagen Sie es der IT.',
  'handed-over-unknown':
    '{staff} hat an {till} in {store} eine Abholung übergeben ({pickup}), deren Bestellung der Hub in Shopify nicht findet. Die Ware ist weg. Suchen Sie die Bestellung, schließen Sie sie in Shopify ab und berichtigen Sie den Bestand von Hand.',
  'pickup-move-refused.foreign':
    '{staff} in {store} hat den Schritt „{move}“ an Abholung {order} ausgeführt, die jetzt zu {owner} gehört. Er wurde nicht übernommen. Falls {store} Ware übergeben hat, informieren Sie {owner} und die Zentrale.',
  'pickup-refused':
    '{store} hat Abholung {order} abgelehnt ({staff}: {reason}). Verschieben Sie die Bestellung in Shopify an einen anderen Standort oder stornieren und erstatten Sie sie. Hat der Kunde einen Link bekommen (siehe pickup-short), warten Sie seine Wahl ab, oder entscheiden Sie es mit ihm. Von der Ablehnung weiß der Kunde noch nichts.',
  'pickup-short':
    '{staff} meldet fehlende Artikel für Abholung {order} in {store}: {reason}. Klären Sie mit der Filiale, ob ein Teil übergeben wird, oder verschieben oder stornieren Sie die Bestellung in Shopify.',
  'pickup-short.rest':
    '{staff} in {store} hat {items} der Bestellung {order} für {customer} nicht gefunden. Der Rest ist bereit oder übergeben; Shopify hält die fehlenden Artikel an. Erstatten Sie sie, nehmen Sie sie aus der Bestellung oder verlegen Sie sie in Shopify an einen anderen Standort. Hat die Filiale sie wieder, so geben Sie sie dort frei: Sie werden dann geholt.',
  'pickup-short.asked':
    '{items} der Bestellung {order} für {customer} wurden in {store} nicht gefunden, und Shopify hält sie an. Der Kunde darf bis {until} wählen, was daraus wird. Senden Sie ihm diesen Link, denn Tillbridge sendet nichts: {link} Sie können es weiterhin selbst in Shopify entscheiden.',
  'pickup-short.chosen':
    '{items} der Bestellung {order} für {customer} wurden in {store} nicht gefunden. Der Kunde möchte {choice}. Der Hub führt es aus.',
  'pickup-short.left':
    '{items} der Bestellung {order} für {customer} wurden in {store} nicht gefunden. Der Kunde möchte {choice}. Erledigen Sie es in Shopify, und sagen Sie es dem Kunden. Warum der Hub es nicht getan hat: {why}',
  'pickup-short.lost':
    '{items} der Bestellung {order} für {customer} wurden in {store} nicht gefunden, und Shopify hält sie zurück. Wer das veranlasst hat, weiß der Hub nicht, etwa nachdem er auf eine Sicherung zurückgesetzt wurde: Der Kunde kann vorher gefragt worden sein und gewählt haben, was daraus wird. Fragen Sie ihn, und entscheiden Sie es in Shopify.',
  'pickup-short.moved':
    '{items} der Bestellung {order} für {customer}, die {from} nicht gefunden hat, soll jetzt {store} bereitstellen; in Shopify sind sie noch angehalten. Bis Sie sie dort freigeben, stellt {store} sie nicht bereit, und der Kunde wartet.',
  'pickup-short.unanswered':
    '{items} der Bestellung {order} für {customer} wurden in {store} nicht gefunden. {why} Fragen Sie den Kunden, und entscheiden Sie es in Shopify.',
  'order-sale-voided':
    'Der Beleg {receipt} in {store}, der die Bestellung {order} abgerechnet hat ({items}), wurde storniert. In Shopify ist die Bestellung weiter als übergeben eingetragen, der Bestand hat sich nicht geändert. Ist die Ware zurück, stornieren Sie die Übergabe oder erstatten Sie die Bestellung mit Rücklagerung in Shopify. Hat der Kunde sie, so schließen Sie dies.',
  'order-sale-voided.other-order':
    'Der Beleg {receipt} in {store} hat die Bestellung {order} abgerechnet ({items}) und nennt jetzt die Bestellung {other}. In Shopify ist {order} weiter als übergeben eingetragen; {other} ist durch diesen Beleg nicht übergeben. Fragen Sie die Filiale, wer die Ware hat. Ist es die Kundin oder der Kunde von {other}, stornieren Sie in Shopify die Übergabe von {order}, und lassen Sie {other} an der Kasse übergeben. Sonst schließen Sie dies.',
  'order-sale-voided.no-order':
    'Der Beleg {receipt} in {store} hat die Bestellung {order} abgerechnet ({items}) und wurde berichtigt: Er nennt jetzt keine Bestellung mehr. In Shopify ist {order} weiter als übergeben eingetragen. Fragen Sie die Filiale, wer die Ware hat. Ist es nicht die Kundin oder der Kunde von {order}, stornieren Sie in Shopify die Übergabe. Sonst schließen Sie dies.',
  'order-sale-voided.fewer':
    'Der Beleg {receipt} in {store} hat die Bestellung {order} abgerechnet und wurde berichtigt: {items} davon sind nicht mehr auf dem Beleg. In Shopify sind sie weiter als übergeben eingetragen, und der Bestand zählt sie als weg. Sind sie wieder in der Filiale, stornieren Sie die Übergabe oder erstatten Sie sie mit Rücklagerung in Shopify. Hat der Kunde sie, so schließen Sie dies.',
  'order-sale-unclear':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, und {store} hat keine Abholung dieses Namens. Seine Ware hat den Bestand als gewöhnlicher Verkauf verlassen, keine Bestellung wurde übergeben. Suchen Sie die Bestellung, die gemeint war: Ist sie noch abzuholen, lassen Sie den Beleg berichtigen, damit ihre Ware den Bestand nicht ein zweites Mal verlässt. Sonst schließen Sie dies.',
  'order-sale-unclear.other-store':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, die in {owner} abzuholen ist. Seine Ware hat den Bestand von {store} als gewöhnlicher Verkauf verlassen, und die Bestellung ist in {owner} weiter fällig. Hat ihr Kunde die Ware, verlegen Sie die Bestellung in Shopify nach {store}, oder stornieren und erstatten Sie sie. War eine andere Bestellung gemeint, lassen Sie den Beleg berichtigen.',
  'order-sale-unclear.later-order':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, die erst nach diesem Verkauf aufgegeben wurde. Seine Ware hat den Bestand als gewöhnlicher Verkauf verlassen, und die Bestellung ist weiter fällig. Suchen Sie die Bestellung, die gemeint war, und lassen Sie den Beleg berichtigen, oder übergeben Sie sie, ohne dass ihre Ware den Bestand zweimal verlässt.',
  'order-sale-unclear.time-unknown':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, und eine ältere Version von Tillbridge hat nicht vermerkt, wann dieser Verkauf war: Die Bestellung kann danach aufgegeben worden sein. Seine Ware hat den Bestand als gewöhnlicher Verkauf verlassen, und die Bestellung ist weiter fällig. Hat ihr Kunde die Ware, lassen Sie den Beleg berichtigen, oder übergeben Sie sie, ohne dass ihre Ware den Bestand zweimal verlässt.',
  'order-sale-unclear.several':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, von der {store} mehrere Abholungen hat. Nicht alles, was er davon verkauft hat, zählt als übergeben: Der Rest hat den Bestand als gewöhnlicher Verkauf verlassen und ist weiter fällig. Fragen Sie die Filiale, was der Kunde mitgenommen hat. Lassen Sie den Beleg die Abholung mit ihrer externen Nummer nennen, oder berichtigen Sie ihn und übergeben Sie den Rest an der Kasse.',
  'order-sale-unclear.nothing-due':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, und nichts von dem, was er verkauft hat, ist von ihr noch fällig: Sie wurde übergeben, storniert oder abgelehnt, oder sie hat andere Artikel. Seine Ware hat den Bestand als gewöhnlicher Verkauf verlassen. War eine andere Bestellung gemeint, lassen Sie den Beleg berichtigen, damit ihre Ware den Bestand nicht ein zweites Mal verlässt. Sonst schließen Sie dies.',
  'order-sale-unclear.paid-back':
    'Der Beleg {receipt} in {store} rechnet die Bestellung {order} ab, die nicht rechtzeitig abgeholt wurde: Sie ist storniert, und ihr Geld wurde erstattet. Hat der Kunde nicht an der Kasse gezahlt, hat er die Ware und das Geld: Bitten Sie ihn, zu zahlen oder die Ware zurückzubringen. Ihre Ware hat den Bestand als gewöhnlicher Verkauf verlassen. War eine andere Bestellung gemeint, lassen Sie den Beleg berichtigen. Sonst schließen Sie dies.',
  'order-sale-unclear.same-goods':
    'Der Beleg {receipt} in {store} rechnet {items} der Bestellung {order} ab. Ebenso viel war schon ohne Beleg übergeben worden: Tillbridge hält es für dieselbe Ware, und der Rest der Bestellung ist weiter fällig. Hat der Kunde diese Stücke außerdem mitgenommen, übergeben Sie sie an der Kasse. Ist es dieselbe Ware, schließen Sie dies.',
  'return-refused.not-returnable':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen, aber Shopify hat davon nichts mehr zurückzunehmen: Es wurde schon erstattet oder zurückgegeben, oder nicht ausgegeben. Es wurde nichts ausgezahlt und kein Bestand geändert. Sehen Sie sich die Bestellung in Shopify an. Hat die Erstattung dort die Ware nicht eingebucht und ist sie wieder verkäuflich, zählen Sie sie ein.',
  'return-refused.order-unknown':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen, und der Hub kennt diese Bestellung nicht. Er hat nichts an Shopify gesendet. Suchen Sie die Bestellung dort. Hat sie noch keine Rückgabe dieser Artikel, nehmen Sie sie dort zurück und erstatten Sie sie.',
  'return-refused.not-agreed':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen, und laut Vertrag nimmt die Filiale nichts zurück. Es wurde nichts ausgezahlt und kein Bestand geändert. Nehmen Sie die Artikel in Shopify zurück und erstatten Sie sie, oder einigen Sie sich mit dem Kunden.',
  'return-refused.stopped-in-shopify':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen, und die Rückgabe wurde in Shopify storniert oder geschlossen, bevor sie ausgeführt war. Es geschieht nichts weiter. Steht dem Kunden Geld zu, erstatten Sie es in Shopify.',
  'return-refused.too-many':
    'Eine Kasse in {store} hat mehr Rückgaben erfasst, als eine Kasse macht, zuletzt {items} der Bestellung {order} ({staff}). Sie wurde nicht ausgeführt. Prüfen Sie die Kasse, und sperren Sie sie, wenn sie sendet, was sie nicht soll. Ist die Ware da, nehmen Sie sie in Shopify zurück und erstatten Sie sie.',
  'return-refused.other':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen, und das wurde nicht ausgeführt. Sehen Sie sich die Bestellung in Shopify an, und nehmen Sie die Artikel dort zurück und erstatten Sie sie.',
  'return-not-undone':
    '{staff} in Filiale {store} hat Artikel der Bestellung {order} versehentlich zurückgenommen und das rückgängig gemacht: {items}. Shopify wusste es da schon. Hat der Kunde die Artikel noch, nehmen Sie Erstattung und Bestand in Shopify zurück.',
  'return-stuck':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen, und das ist noch nicht ausgeführt: {problem} Es wird automatisch wiederholt. Vielleicht hat der Kunde sein Geld noch nicht zurück. Sehen Sie sich die Bestellung in Shopify an.',
  'refund-owed':
    '{staff} in {store} hat {items} der Bestellung {order} zurückgenommen. Die Ware ist gebucht, und {amount} sind noch zu erstatten. Erstatten Sie den Betrag in Shopify bei der Rückgabe. Wurde er anders ausgezahlt, schließen Sie diesen Hinweis.',
  'pickup-not-collected':
    'Bestellung {order} für {customer} lag in {store} {days|Tag|Tage} bereit und wurde nicht abgeholt ({items}). Die Filiale legt die Ware zurück. Fragen Sie den Kunden, oder stornieren und erstatten Sie die Bestellung in Shopify: Bis dahin bleibt die Ware zugesagt. Kommt der Kunde doch noch, kann die Filiale sie wieder öffnen.{more}',
  'pickup-not-collected.refund-refused':
    'Bestellung {order} für {customer} lag in {store} {days|Tag|Tage} bereit und wurde nicht abgeholt ({items}). Die Filiale legt die Ware zurück. Die Bestellung sollte wie vereinbart storniert und erstattet werden, und das ist nicht geschehen: {problem} Fragen Sie den Kunden, oder stornieren und erstatten Sie sie in Shopify: Bis dahin bleibt die Ware zugesagt. Kommt der Kunde doch noch, kann die Filiale sie wieder öffnen.{more}',
  'pickup-not-collected.not-told':
    'Bestellung {order} für {customer} lag in {store} {days|Tag|Tage} bereit und wurde nicht abgeholt ({items}). Shopify hat nicht bestätigt, dass der Kunde davon erfahren hat. Die Filiale legt die Ware zurück. Fragen Sie den Kunden, oder stornieren und erstatten Sie die Bestellung in Shopify: Bis dahin bleibt die Ware zugesagt. Kommt der Kunde doch noch, kann die Filiale sie wieder öffnen.{more}',
  'pickup-not-collected.nothing-left':
    'Bestellung {order} für {customer} wurde in {store} nicht abgeholt. Was dort fällig war ({items}), ist in Shopify nicht mehr zu übergeben, und die Bestellung ist weder storniert noch als übergeben eingetragen. Die Filiale kann sie nicht wieder öffnen. Eine Änderung allein erstattet nichts: Sehen Sie in Shopify nach, ob alles erstattet ist, was eingegangen ist, und erstatten Sie den Rest, oder stornieren Sie die Bestellung. Ist das geschehen oder hat der Kunde die Ware, schließen Sie dies.{more}',
  'pickup-not-collected.reopened':
    'Bestellung {order} für {customer} wurde in {store} nicht abgeholt. Vor {days|Tag|Tagen} wurde sie dort wieder geöffnet, und sie liegt nicht bereit ({items}). Die Ware bleibt zugesagt, und es wird nichts erstattet. Fragen Sie {store}, ob der Kunde noch kommt, und den Kunden, ob er sie noch möchte. Wenn nicht, stornieren und erstatten Sie die Bestellung in Shopify.{more}',
  'pickup-not-collected.cancelled':
    'Bestellung {order} für {customer} lag in {store} {days|Tag|Tage} bereit und wurde nicht abgeholt ({items}). Shopify sollte sie wie vereinbart stornieren und erstatten, und das ist nicht vollständig geschehen: {problem} Sehen Sie sich die Bestellung in Shopify an und erstatten Sie, was fehlt.{more}',
  'pickup-not-collected.under-way':
    'Bestellung {order} für {customer} lag in {store} {days|Tag|Tage} bereit und wurde nicht abgeholt ({items}). Shopify hat den Auftrag, sie wie vereinbart zu stornieren und zu erstatten: {problem} Der Hub sieht weiter nach, und die Filiale kann sie nicht wieder öffnen. Sehen Sie sich den Verlauf der Bestellung in Shopify an, bevor Sie dort etwas erstatten.{more}',
  'cancelled-but-collected':
    'Bestellung {order} wurde storniert, und {store} hat sie übergeben ({items}). Sehen Sie in Shopify nach, was der Kunde gezahlt und zurückbekommen hat, und bitten Sie ihn, zu zahlen oder die Ware zurückzubringen. Der Bestand wird automatisch korrigiert.',
  'cancelled-but-collected.part':
    'Ein Teil der Bestellung {order} wurde in Shopify storniert, erstattet oder verlegt, aber {store} hatte ihn schon übergeben ({items}). Bitten Sie den Kunden, dafür zu zahlen oder die Ware zurückzubringen. Der Bestand wird automatisch korrigiert.',
  'cancelled-but-collected.paid-back':
    'Bestellung {order} wurde storniert, um sie zu erstatten, weil sie nicht abgeholt wurde, und {store} hat sie übergeben ({items}). Wenn der Kunde nicht an der Kasse bezahlt hat, hat er die Ware und das Geld: Bitten Sie ihn, zu zahlen oder die Ware zurückzubringen. Der Bestand wird automatisch korrigiert.',
  'handed-over-unpaid':
    '{staff} hat die Bestellung {order} in {store} übergeben, obwohl davon in Shopify noch {amount} zu zahlen waren, und die Kasse hat nicht danach gefragt. Fragen Sie {store}, ob der Kunde gezahlt hat. Wenn ja, tragen Sie die Bestellung in Shopify als bezahlt ein; wenn nicht, bitten Sie den Kunden zu zahlen.',
  'handed-over-after-move':
    '{staff} in {store} hat die Bestellung {order} übergeben ({items}), die in Shopify nach {owner} verlegt worden war. Die Ware hat {store} verlassen, der Bestand dort wird automatisch korrigiert. Tragen Sie die Bestellung in Shopify als übergeben ein, damit {owner} sie nicht noch einmal übergibt; der Bestand von {owner} wird dann automatisch richtiggestellt.',
  'handed-over-after-move.part':
    '{staff} in {store} hat einen Teil der Bestellung {order} übergeben ({items}), die in Shopify nach {owner} verlegt worden war. Diese Ware hat {store} verlassen, der Bestand dort wird automatisch korrigiert. Tragen Sie in Shopify nur diese Artikel als übergeben ein; der Bestand von {owner} wird dann automatisch richtiggestellt. Der Rest der Bestellung ist in {owner} weiter fällig.',
  'handed-over-after-move.fulfilled':
    '{staff} in {store} hat die Bestellung {order} übergeben ({items}), die in Shopify nach {owner} verlegt worden war. Die Ware hat {store} verlassen, Shopify hat sie aber vom Bestand von {owner} abgezogen. Der Bestand beider Filialen wird automatisch richtiggestellt. Sagen Sie {owner}, dass die Bestellung dort nicht mehr zu übergeben ist und dass Gepacktes zurückgelegt werden muss.',
  'handed-over-twice':
    'Die Bestellung {order} wurde in {owner} übergeben, und auch der Beleg {receipt} in {store} nennt sie: Ihre Ware kann beide Filialen verlassen haben, und beide Bestände zählen sie als weg. Fragen Sie beide Filialen, was der Kunde mitgenommen hat. Hat {owner} nichts übergeben, stornieren Sie in Shopify die Übergabe von {order}. Hat {store} nichts davon verkauft, lassen Sie den Beleg berichtigen oder stornieren. Sonst bitten Sie den Kunden, zurückzubringen, was er doppelt hat, und schließen Sie dies.',
  'handed-over-twice.both-stores':
    'Die Bestellung {order} war von {store} nach {owner} verlegt worden, und beide Filialen haben sie übergeben ({items}): Die Ware hat beide verlassen, und beide Bestände zählen sie als weg. Fragen Sie beide Filialen, was der Kunde mitgenommen hat. Hat {owner} nichts übergeben, stornieren Sie in Shopify die Übergabe und tragen Sie die Bestellung noch einmal als übergeben ein: Der Bestand von {owner} wird dann automatisch richtiggestellt. Hat {store} nichts übergeben, zählen Sie die Artikel dort. Sonst bitten Sie den Kunden, zurückzubringen, was er doppelt hat, und schließen Sie dies.',
  'hand-over-cancelled':
    'Die Übergabe der Bestellung {order} in {store} wurde in Shopify storniert ({items}, übergeben von {by}). Shopify zählt die Ware wieder zum Bestand der Filiale, Tillbridge auch. Fragen Sie {store}, ob der Kunde sie zurückgebracht hat. Wenn nicht, tragen Sie sie in Shopify wieder als übergeben ein.',
  'webhook-unreadable':
    'Ein Webhook von Shopify ({topic}) konnte nicht verarbeitet werden: {problem} Er bleibt erhalten, und die gemeldete Änderung wird durch regelmäßiges Abfragen gefunden. Melden Sie es, wenn es so bleibt.',
  'order-unreadable':
    'Bestellung {order} konnte nicht übernommen werden ({problem}). Sehen Sie sie in Shopify an und übergeben Sie sie von dort aus. Melden Sie das; andere Bestellungen sind nicht betroffen.',
  'order-unreadable.goods':
    'Was die Bestellung {order} am Bestand ihrer Filialen geändert hat, konnte nicht gelesen werden ({problem}). Es wird alle zehn Minuten wieder versucht. Bis dahin kann der Bestand ihrer Artikel von Shopify abweichen. Andere Bestellungen sind nicht betroffen.',
  'shopify-version':
    'Shopify antwortet mit API-Version {answered} statt {asked}; sie ist abgekündigt oder noch nicht veröffentlicht. Aktualisieren Sie Tillbridge. Bis dahin geht die Arbeit weiter, mit dieser Version ungetestet.',
  'shopify-refuses':
    'Shopify weist Tillbridge ab: {problem} Verkäufe und Abholungen bleiben erhalten und werden danach übertragen.',
  'customer-data-request':
    'Kunde {customer} hat den Shop um Auskunft über seine Daten gebeten (Shopify-Anfrage {request}). Von seinen Bestellungen hat der Hub Namen, Ende der Telefonnummer und Notiz in: {orders}. Antworten Sie innerhalb von 30 Tagen und schließen Sie dann diese Ausnahme.',
  'webhooks-refused':
    'Shopify lehnt {count|Webhook|Webhooks} des Hubs ab ({topics}): {problem} Die Arbeit geht durch regelmäßige Abfragen weiter: geänderte Bestellungen werden innerhalb von {seconds|Sekunde|Sekunden} gefunden, Übergaben anderswo innerhalb von 5 Minuten, Standorte innerhalb einer Stunde, Artikel innerhalb von 6 Stunden.',
  'webhooks-refused.address':
    'Shopify sendet Webhooks nur an https-Adressen, und die dieses Hubs ist {url}. Setzen Sie publicUrl in hub.json auf die https-Adresse, unter der Shopify den Hub erreicht. Bis dahin geht die Arbeit durch regelmäßige Abfragen weiter: geänderte Bestellungen werden innerhalb von {seconds|Sekunde|Sekunden} gefunden, Übergaben anderswo innerhalb von 5 Minuten, Standorte innerhalb einer Stunde, Artikel innerhalb von 6 Stunden.',
  'webhooks-silent':
    'Seit {hours|Stunde|Stunden} haben sich Bestellungen in Shopify geändert, ohne dass ein Webhook es dem Hub gemeldet hätte. Die Abfragen haben sie gefunden, nur später. Prüfen Sie, ob Shopify die publicUrl des Hubs durch den Proxy erreicht und ob das Client-Secret das der App ist: Anders signierte Webhooks werden abgelehnt.',
  'shopify-scope-missing':
    'Der Tillbridge-App fehlt in Shopify die Berechtigung {scope}. {consequence} Ergänzen Sie die Berechtigung im Dev Dashboard, veröffentlichen Sie diese Version der App und bestätigen Sie sie im Shop.',
  'shopify-scope-missing.withheld':
    'Shopify verweigert der Tillbridge-App etwas, das sie braucht: {problem} {consequence} Beantragen Sie den Zugriff für die App im Dev Dashboard.',
  'shopify-scope-limited':
    'Der Tillbridge-App fehlt in Shopify die Berechtigung {scope}. {consequence} Ergänzen Sie die Berechtigung im Dev Dashboard, veröffentlichen Sie diese Version der App und bestätigen Sie sie im Shop.',
  'shopify-scope-limited.withheld':
    'Shopify enthält der Tillbridge-App Daten vor: {problem} {consequence} Beantragen Sie den Zugriff für die App im Dev Dashboard.',

  'phrase.nothing-held': 'keine',
  'phrase.without-locations':
    'Der Hub weiß nicht, zu welcher Filiale eine Bestellung oder ein Bestand gehört; Abholungen und Bestände ruhen deshalb.',
  'phrase.without-items':
    'Artikel können nicht nachgeschlagen werden; Verkäufe neuer Artikel warten deshalb.',
  'phrase.without-stock':
    'Verkäufe ändern den Bestand in Shopify nicht. Sie bleiben erhalten und werden übertragen, sobald die Berechtigung erteilt ist.',
  'phrase.without-orders': 'Neue Bestellungen zur Abholung erreichen die Filialen nicht.',
  'phrase.without-hand-overs':
    'Bereitgestellte und übergebene Abholungen werden Shopify nicht gemeldet, und Kunden erhalten keine Nachricht. Sie bleiben erhalten und werden gemeldet, sobald die Berechtigung erteilt ist.',
  'phrase.without-customers':
    'Abholungen zeigen weder Namen noch Telefonnummer noch Notiz des Kunden. Alles andere funktioniert.',
  'phrase.without-pickup-times':
    'Abholungen zeigen nicht, bis wann sie bereitstehen sollen. Alles andere funktioniert.',
  'phrase.without-item-details':
    'Artikel von Abholungen zeigen weder Bild noch Variante noch Barcode. Alles andere funktioniert.',
  'phrase.without-old-orders':
    'Bestellungen, die älter als 60 Tage sind, können nicht gelesen werden: Eine dann noch offene Abholung endet nicht, wenn Shopify sie storniert.',
  'phrase.without-fulfillment-news':
    'Shopify meldet nicht sofort, wenn eine Bestellung anderswo übergeben wird. Der Hub bemerkt es innerhalb von Minuten.',
  'phrase.refund-part-handed-over':
    'Ein Teil der Bestellung wurde übergeben oder versandt, auch von Shopify selbst (ein Gutschein), deshalb lässt sie sich nicht als Ganzes stornieren.',
  'phrase.refund-others-open': 'Andere Teile der Bestellung waren noch offen.',
  'phrase.refund-not-agreed': 'Das ist nicht mehr vereinbart.',
  'phrase.refund-not-done': 'Shopify hat es einen Tag lang nicht ausgeführt.',
  'phrase.refund-too-many-parts': 'Die Bestellung hat mehr Teile, als der Hub ansieht.',
  'phrase.refund-unseen': 'Shopify hat dem Hub die Bestellung einen Tag lang nicht gezeigt.',
  'phrase.refund-tills-unheard':
    'Seit einem Tag fehlt dem Hub etwas von dem, was die Kassen ihrer Filialen getan haben, oder er konnte es nicht verarbeiten: Eine davon kann sie übergeben haben. Fragen Sie zuerst die Filialen.',
  'phrase.refund-not-told':
    'Shopify hat nicht bestätigt, dass der Kunde von der Bereitstellung erfahren hat.',
  'phrase.refund-rung-up':
    'Ein Bon einer Kasse nennt die Bestellung. Vielleicht hat der Kunde die Ware also schon. Fragen Sie zuerst die Filialen.',
  'phrase.refund-may-be-gone':
    'Vielleicht hat der Kunde die Ware schon: Eine Übergabe wurde an einer Kasse einer anderen Filiale erfasst oder in Shopify storniert. Fragen Sie zuerst die Filialen.',
  'phrase.refund-open-exception':
    'Ein anderer Hinweis zu dieser Bestellung war offen. Kümmern Sie sich zuerst um ihn.',
  'phrase.refund-paid-before': 'Ein Teil des Geldes wurde schon früher erstattet.',
  'phrase.refund-changed': 'Die Bestellung wurde in Shopify geändert, nachdem ihre Frist abgelaufen war.',
  'phrase.refund-was-held':
    'Die Bestellung war in Shopify angehalten, nachdem ihre Frist abgelaufen war: Vielleicht kümmert sich jemand darum.',
  'phrase.refund-owed-changed':
    'Der offene Betrag der Bestellung hat sich geändert, seit ihre Frist abgelaufen ist: Vielleicht hat der Kunde gerade gezahlt.',
  'phrase.refund-owed-more':
    'In Shopify ist mehr zu zahlen, als der Hub wusste, als ihre Frist ablief: Eine Autorisierung kann verfallen sein, oder die Bestellung wurde geändert.',
  'phrase.refund-received':
    'Seit ihre Frist abgelaufen ist, wurde Geld für die Bestellung eingenommen oder eingezogen: Vielleicht kümmert sich jemand darum.',
  'phrase.refund-owes':
    'Eine Änderung oder Erstattung hat Artikel von der Bestellung genommen, deren Geld Shopify noch behält: Vielleicht kümmert sich jemand darum.',
  'phrase.refund-reopened':
    'Die Filiale wollte sie wieder öffnen, nachdem Shopify den Auftrag hatte, und in Shopify ist sie offen: Vielleicht ist der Kunde im Laden. Fragen Sie die Filiale.',
  'phrase.refund-job-done': 'Shopify meldet, dass es fertig ist, und die Bestellung ist noch offen.',
  'phrase.refund-too-many':
    'Ungewöhnlich viele Bestellungen sind auf einmal abgelaufen, etwa durch eine falsche Uhr oder einen langen Stillstand des Hubs. Prüfen Sie, ob sie wirklich so lange bereitlag.',
  'phrase.refund-on-hold': 'Die Bestellung war in Shopify angehalten: Vielleicht kümmert sich jemand darum.',
  'phrase.refund-hidden-units':
    'Die Bestellung hat Artikel, die Shopify dem Hub nicht zeigt, etwa bei einem Fulfillment-Dienst.',
  'phrase.refund-kept-back':
    'Einen Tag lang hat den Hub abwechselnd etwas gehindert: Ihm fehlte, was die Kassen ihrer Filialen getan haben, oder Shopify zeigte die Bestellung nicht oder hatte es nicht ausgeführt. Fragen Sie zuerst die Filialen, und sehen Sie sich die Bestellung in Shopify an.',
  'phrase.refund-undone':
    'Eine Übergabe wurde an einer Kasse erfasst und rückgängig gemacht, während Sie danach gefragt wurden: Fragen Sie die Filiale, wer die Ware hat.',
  'phrase.refund-asked-of-another': 'Die Zentrale wurde nach einem anderen Teil von ihr gefragt.',
  'phrase.part-too': ' Zu {items}: {what}{more}',
  'phrase.part-not-collected': 'Es lag {days|Tag|Tage} bereit und wurde nicht abgeholt.',
  'phrase.part-not-told':
    'Es lag {days|Tag|Tage} bereit und wurde nicht abgeholt. Shopify hat nicht bestätigt, dass der Kunde davon erfahren hat.',
  'phrase.part-refused':
    'Es lag {days|Tag|Tage} bereit, wurde nicht abgeholt und ist nicht erstattet: {problem}',
  'phrase.part-cancelled': 'Es ist storniert, und das ist nicht vollständig: {problem}',
  'phrase.part-nothing-left':
    'Es ist in Shopify nicht mehr zu übergeben. Sehen Sie nach, ob sein Geld erstattet ist.',
  'phrase.part-reopened': 'Es wurde vor {days|Tag|Tagen} wieder geöffnet und liegt nicht bereit.',
  'phrase.part-under-way': 'Shopify hat den Auftrag, es zu stornieren und zu erstatten: {problem}',
  'phrase.refund-money-kept':
    'Shopify hat die Bestellung storniert und zeigt einen Tag danach nicht das ganze Geld als erstattet.',
  'phrase.without-refunds':
    'Bestellungen, die nicht abgeholt werden, und fehlende Artikel, die Kunden storniert haben, werden nicht erstattet, obwohl es vereinbart ist. Die Zentrale muss sie stornieren und erstatten.',
  'phrase.without-till-returns':
    'Kassen können keine Online-Bestellungen zurücknehmen. Das Geld muss in Shopify erstattet werden.',
  'phrase.without-returns':
    'Der Hub sieht nicht, was Rückgaben in den Bestand zurückgebracht haben. Wo das geschah, weicht der Bestand ab, und jemand wird gefragt.',
  'phrase.without-transfers':
    'Der Hub sieht nicht, welche Ware Umlagerungen in Shopify zwischen Standorten bewegen. Wo das geschah, weicht der Bestand ab, und jemand wird gefragt.',
  'phrase.count-beyond': 'Das ist mehr, als der Vertrag ohne Rückfrage zulässt.',
  'phrase.count-moved':
    'Stücke davon sind Bestellungen zugesagt oder haben die Filiale in den letzten sieben Tagen anders verlassen, und die Kasse kann sie gebucht haben oder nicht.',
  'phrase.count-restored':
    'Der Hub wurde wiederhergestellt, und Shopify kann den Unterschied schon enthalten: Sehen Sie zuerst dort nach dem Bestand des Artikels.',
  'phrase.count-late':
    'Ein Verkauf aus der Zeit der ersten Zählung wurde spät gemeldet, und es ist nicht bekannt, ob diese Zählung ihn enthielt.',
  'phrase.count-denied':
    'Über einen früheren Unterschied wurde gesagt, dass er nichts bewegt; was seither aus der Zeit davor gemeldet wurde, würde ihn anders erklären.',
  'phrase.count-tables':
    'Eine andere Kasse meldete unter demselben Namen eine andere Zahl und hat diese seither nicht gemeldet: Sie führt vielleicht eine eigene Bestandstabelle.',
  'phrase.write-order': 'Auftrag',
  'phrase.write-hand-over': 'die Übergabe von',
  'phrase.write-return': 'die Rückgabe von',
  'phrase.moved': '{state} von {by} um {at}.',
  'phrase.moved-back': 'Von {by} um {at} auf „nicht begonnen“ zurückgesetzt.',
  'phrase.moved-unsigned': '{state}.',
  'phrase.not-ready': '{why} Sie ist noch nicht als bereit markiert.',
  'phrase.state-received': 'Noch nicht begonnen',
  'phrase.state-accepted': 'Bereits angenommen',
  'phrase.state-picking': 'Wird bereits zusammengestellt',
  'phrase.state-short': 'Bereits als unvollständig gemeldet',
  'phrase.state-ready': 'Bereits abholbereit',
  'phrase.state-collected': 'Bereits übergeben',
  'phrase.state-refused': 'Bereits abgelehnt',
  'phrase.state-expired': 'Nicht rechtzeitig abgeholt und geschlossen',
  'phrase.state-cancelled': 'Storniert',
  'phrase.lost-list': '{first}; {next}',
  'phrase.lost-events': '{events} ungesendete Ereignisse, davon {sales} Verkäufe',
  'phrase.lost-end': 'die neuesten ungesendeten Ereignisse, falls es welche gab',
  'phrase.lost-position':
    'wie weit der Hub bestätigt hatte (Ereignisse werden erneut gesendet und zählen einmal)',
  'phrase.lost-commands': 'Befehle vom Hub (sie werden erneut gesendet)',
  'phrase.lost-sources': 'was bisher aus dem Kassensystem gelesen war (es wird erneut gelesen)',
  'phrase.lost-captured-receipts': 'gedruckte Bons',
  'phrase.lost-matching': 'gedruckte Verkäufe, die auf ihren Eintrag im Kassensystem warten',
  'phrase.lost-pickups': 'Abholungen und Schritte daran (der Hub sendet seine Abholungen erneut)',
  'phrase.lost-store': 'die Beschreibung der Filiale',
  'phrase.lost-staff': 'wer an der Kasse arbeitet, mit PINs und Ausweisen (der Hub sendet es erneut)',
  'phrase.lost-reminders': 'welche Kunden erinnert wurden (der Hub sendet es erneut)',
  'phrase.lost-print-jobs': 'Zettel, die auf den Druck warten',
  'phrase.lost-write-backs':
    'Änderungen, die auf das Kassensystem warten (Bestellungen werden erneut geplant)',
  'phrase.in-shopify': 'Shopifys Verwaltung',
  'phrase.till-reports': 'Die Kasse meldet: „{said}“',
  'phrase.no-cause': 'Die Kasse nennt keinen Grund.',
  'phrase.no-reason': 'ohne Angabe von Gründen',
  'phrase.unnamed-till': 'ohne Namen',
  'phrase.no-name': 'einen Kunden ohne Namen',
  'phrase.choice-move': 'sie in {to} abholen',
  'phrase.choice-deliver': 'sie geliefert bekommen',
  'phrase.choice-cancel': 'sie stornieren und das Geld zurück',
  'phrase.choice-no-delivery':
    'Keine App kann dort aus einer Abholung eine Lieferung machen, und die Adresse ist nicht bekannt.',
  'phrase.choice-changed':
    'Die Artikel sind in Shopify nicht mehr so, wie sie waren, als der Kunde gefragt wurde.',
  'phrase.choice-found':
    'Die Filiale hat sie gefunden, ganz oder zum Teil. Vereinbaren Sie mit dem Kunden, was daraus wird.',
  'phrase.choice-gone':
    'Die Artikel sind in Shopify nicht mehr offen, und zur Bestellung wurde kein Geld erstattet. Erstatten Sie es oder einigen Sie sich mit dem Kunden, und schließen Sie dies dann.',
  'phrase.choice-paid-elsewhere':
    'Die Artikel sind in Shopify nicht mehr offen, und Geld der Bestellung wurde erstattet. Ob dafür, kann der Hub nicht sagen. Prüfen Sie, ob der Kunde es bekommen hat, und schließen Sie dies dann.',
  'phrase.choice-items-gone':
    'Die Artikel sind in der Filiale nicht mehr offen, und nicht der Hub hat ausgeführt, was der Kunde gewählt hat. Prüfen Sie, ob er bekommt, was er erwartet, und schließen Sie dies dann.',
  'phrase.choice-not-paid':
    'Shopify hat sie aus der Bestellung genommen, und die Erstattung ist fehlgeschlagen oder seit einem Tag unterwegs. Sehen Sie sich dort die Zahlungen der Bestellung an: Erstatten Sie, wenn sie fehlgeschlagen ist, und schließen Sie dies dann.',
  'phrase.choice-not-held':
    'Shopify hat sie nicht verschoben, und sie sind dort vielleicht nicht mehr angehalten: Die Kassen der Filiale zeigen sie vielleicht als Arbeit. Verschieben Sie sie in Shopify, oder halten Sie sie dort an.',
  'phrase.choice-put-back':
    'Der Hub wurde auf eine Sicherung zurückgesetzt, nachdem der Kunde gefragt war: Er kann vorher etwas anderes gewählt haben. Fragen Sie ihn.',
  'phrase.choice-too-late': 'Der Kunde wurde gefragt und hat nicht gewählt; sein Link ist abgelaufen.',
  'phrase.choice-held': 'Sie sind nicht nur vom Hub angehalten. Finden Sie heraus, warum.',
  'phrase.choice-store-gone':
    'Die Filiale hat sie nicht mehr frei, oder Shopify lässt sie nicht dorthin. Vereinbaren Sie mit dem Kunden etwas anderes.',
  'phrase.choice-other-units':
    'Weitere Stücke eines Artikels sind noch zu übergeben, und Shopify könnte diese aus der Bestellung nehmen. Erstatten Sie, sobald sie übergeben sind.',
  'phrase.choice-no-payment': 'Shopify schlägt keine Erstattung auf die ursprüngliche Zahlung vor.',
  'phrase.choice-currency': 'Die Bestellung wurde in einer anderen Währung als der des Shops bezahlt.',
  'phrase.choice-owed': 'Für die Bestellung ist noch etwas zu bezahlen, oder es wurde nur reserviert.',
  'phrase.no-location': 'ein Standort, den Shopify nicht mehr hat',
  'phrase.no-locations': 'die App sieht keinen',
  'phrase.waiting-tills': 'Kassen {tills}',
  'phrase.waiting-movements':
    '{movements|Bestandsänderung|Bestandsänderungen}, die Shopify hat und die keine Kasse wieder gesendet hat ({items})',
  'phrase.waiting-both':
    'Kassen {tills} und {movements|Bestandsänderung|Bestandsänderungen}, die Shopify hat und die keine Kasse wieder gesendet hat ({items})',
  'phrase.waiting-nothing': 'nichts; es endet bald',
  'phrase.no-answer': 'noch keine.',
  'phrase.work-locations': 'Standorte lesen',
  'phrase.work-catalogue': 'Artikel und Bestände lesen',
  'phrase.work-orders': 'Bestellungen lesen',
  'phrase.work-webhooks': 'Webhooks anwenden',
  'phrase.work-access': 'Vergleichen der Berechtigungen der App',
  'phrase.work-levels': 'Lesen der Bestände',
  'phrase.work-writes': 'Bestände und Abholungen senden',
  'phrase.work-several': '{count|Art|Arten} von Arbeit',
  'phrase.no-level': 'keinen Bestand',
  'phrase.shopify-says': 'Shopify sagt: {said}',
  'phrase.INVALID_INVENTORY_ITEM':
    'Shopify hat diesen Artikel nicht mehr. Ordnen Sie die SKU einem vorhandenen Artikel zu.',
  'phrase.NON_MUTABLE_INVENTORY_ITEM':
    'In Shopify ist es ein Bundle, dessen Bestand sich aus den Teilen ergibt und nicht geschrieben werden kann. Verkaufen Sie die Teile im Kassensystem unter ihren eigenen SKUs.',
  'phrase.INVALID_LOCATION':
    'Shopify nimmt an diesem Standort keinen Bestand an. Prüfen Sie, ob er aktiv ist.',
  'phrase.INVALID_QUANTITY_TOO_HIGH':
    'Der Bestand wäre höher, als Shopify erlaubt. Zählen Sie den Artikel und korrigieren Sie ihn in Shopify.',
  'phrase.INVALID_QUANTITY_TOO_LOW':
    'Der Bestand wäre niedriger, als Shopify erlaubt. Zählen Sie den Artikel und korrigieren Sie ihn in Shopify.',
}
