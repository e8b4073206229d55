import { plainWords } from '../../sources/sales-files/plain-words.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(',').map(word => plainWords(word)))

/** What exports call the column that says what a quantity is of, by language. */
const HEADINGS = set(
  [
    'uom,uom code,unit,units of measure,unit of measure,unit name,unit type,unit code,quantity unit,qty unit,sales unit,selling unit,weight unit,measure,measurement unit,pack,packing,pack size,pack unit,packsize,packunit,package,package size,package unit,packaging,packaging size,packaging unit,packing size,packing unit,case size',
    'einheit,mengeneinheit,masseinheit,verkaufseinheit,verpackungseinheit,me,ve,gebinde',
    'unité,unité de vente,unité de mesure,conditionnement',
    'unità,unità di misura,um,u.m.,u/m',
    'unidad,unidad de medida,unidad de venta,u medida',
    'unidade,unidade de medida,unidade de venda',
    'eenheid,maateenheid,verkoopeenheid,verpakking',
    'enhet,måttenhet,måleenhet,försäljningsenhet,salgsenhet,enhed,måleenhed',
    'yksikkö,mittayksikkö,myyntiyksikkö',
    'jednostka,jednostka miary,jedn,jedn. miary,jm,j.m.,j. m.',
    'jednotka,měrná jednotka,mj,m.j.',
    'egység,mértékegység,m.e.',
    'unitate,unitate de măsură,unitate măsură',
    'birim,birimi,ölçü birimi,satış birimi,birim adı',
    'μονάδα,μονάδα μέτρησης,μον. μέτρησης,μ.μ.,μμ,μον',
    'jedinica,jedinica mjere,jed. mjere,mjerna jedinica',
    'ühik,mõõtühik,müügiühik',
    'ед,ед.,ед. изм,ед. изм.,единица,единица измерения,од,од.,од. вим,од. вим.,одиниця,одиниця виміру,мярка',
    'enota,enota mere,em,merska jedinica,jed. mere,mj. jedinica',
    '単位,販売単位,数量単位,単位名',
  ].join(','),
)

/** Units of which one is one of stock: pieces, and those that goods are priced by where they are weighed or measured. */
const WHOLE = set(
  [
    '1,pc,pcs,pce,pces,piece,pieces,ea,each,unit,units,c62,h87',
    'stk,stck,stück,stueck,st,pièce,pièces,unité,unités,pz,pezzo,pezzi,nr,ud,uds,unidad,unidades,pza,pieza,piezas,un,und,unid,unidade,unidades,peça,peças',
    'stuk,stuks,styck,kpl,kappale,kappaletta,szt,sztuka,sztuki,ks,kus,kusy,db,darab,buc,bucată,bucăți,bucata',
    'шт,шт.,штука,штуки,штук,бр,бр.,брой,броя,кг,килограмм,кілограм,килограм,л,литр,літр,литър,м,метр,метър',
    'ad,adet,tane,τεμ,τεμάχιο,τεμάχια,τμχ,kom,komad,komada,kos,tk,tükk,tükki,個,点,本,枚,台,冊,着,足,コ,ヶ,つ',
    'kg,kgs,kgm,kilo,kilos,kilogram,kilograms,kilogramm,kilogramme,κιλ,κιλά,κιλό,κιλο,kilogramo,キロ,キログラム',
    'l,lt,ltr,liter,litre,liters,litres,litro,litri,litru,λίτρο,λίτρα,λτ,リットル,m,mtr,meter,metre,mètre,metro,metru,μέτρο,m2,qm,lb,lbs,lbr,ft,yd,h,hr,std',
  ].join(','),
)
const WHOLE_NUMBER = /^1 0+$/

/** Smaller ones, that few shops count online. */
const SMALL = set(
  [
    'mg,g,gr,grm,grs,gm,gms,gram,grams,gramm,gramme,grammes,grammi,grammo,gramo,gramos,grama,gramas,gramy,grame,gramma,grammaa,gramů,γρ,γρ.,γραμμάριο,γραμμάρια,グラム,г,г.,гр,гр.,грамм,грам,dag,dkg,deka,hg',
    'мл,мл.,миллилитр,мілілітр,ml,mlt,cl,clt,dl,dlt,cc,millilitre,milliliter,ミリリットル,mm,mmt,cm,cmt,dm,センチ,oz,onz,ozs,ounce,ounces',
  ].join(','),
)

const spaced = (text: string) => plainWords(text.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2'))

/** Whether a heading, or the last names of a pointer, say that the column names what a quantity is of. */
export function isOfUnits(words: string): boolean {
  const plain = spaced(words)
  const names = [plainWords(words), plain, plain.replace(/^(?:quantity|qty|item|product|weight) /, '')]
  return names.some(name => HEADINGS.has(name))
}

/** Whether one of a unit is one of stock; `small`: grams and the like; null: it is not known. */
export function unitMeant(unit: string): 'whole' | 'small' | null {
  const plain = plainWords(unit)
  if (SMALL.has(plain)) return 'small'
  return WHOLE.has(plain) || WHOLE_NUMBER.test(plain) ? 'whole' : null
}
