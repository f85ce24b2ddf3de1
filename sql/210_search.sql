-- What is searched for: names, references and telephone numbers, folded to one spelling.
--
-- Always holds: the columns search_text of patient, booking and inventory_item are generated from these functions, for
-- every writer; a search folds what was typed with the same functions. All of them are immutable: no dictionary and no
-- setting is read, only Unicode's own tables and a few letters that those leave alone. Needs a database in UTF8.
-- Race it survives: none; a column is computed with its row. Where a function here is another one than before, all rows are
-- computed again (search.refold).
-- Order: before the tables, because their columns call these functions; so a migration applies this file too. Its first
-- statements note what the functions were, and its last ones compare.

create schema if not exists search;
comment on schema search is 'Folding for searches: search_text is generated from it, and a search is folded by it.';

create or replace function search.folding() returns text
    language sql stable
    return (select string_agg(pg_get_functiondef(p.oid), ';' order by p.proname)
              from pg_proc p where p.pronamespace = 'search'::regnamespace);
comment on function search.folding() is 'How texts are folded: all functions of this schema, by which a change is found.';
select set_config('search.was', search.folding(), true);

create or replace function search.words(given text) returns text
    language plpgsql immutable strict parallel safe
as $$
declare
    -- Accents and vowel signs (Latin, Greek, Cyrillic, Hebrew, Arabic), tatweel, apostrophes, invisible signs.
    nothing constant text := '[\u0027\u0060\u00ad\u02b9-\u02bf\u02c8\u0300-\u036f\u0483-\u0489\u055a\u0591-\u05bd'
        '\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u05f3\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc'
        '\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u2018-\u201b\u200b-\u200f\u202a-\u202e'
        '\u2032\u2035\u2060-\u206f\u20d0-\u20ff\ua78b\ua78c\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+';
    -- Kana, Han and Hangul: a name is written with a space or without, so each sign is a word.
    signs constant text := '([\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff'
        '\uac00-\ud7a3\U00020000-\U0003ffff])';
    between constant text := '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02c2-\u02df\u055b-\u055f\u0589'
        '\u058a\u05be\u05c0\u05c3\u05f4\u060c\u060d\u061b\u061e\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u2bff'
        '\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u30a0\u30fb\ufffd\U0001f000-\U0001faff]+';
    folded text := lower(given collate "C");
begin
    if octet_length(folded) > length(folded) then
        folded := normalize(translate(given, '´', ''''), nfkd);
        folded := lower(regexp_replace(folded, nothing, '', 'g'));
    end if;
    if octet_length(folded) > length(folded) then
        folded := translate(folded,
            'łøđðħıŧŋɓɖɗƙɛɔəςىیېےکةھہۃەٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
            'loddhitnbddkeoeσييييكههههها01234567890123456789');
        folded := replace(replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
    end if;
    if octet_length(folded) > length(folded) then
        folded := regexp_replace(normalize(folded, nfc), signs, ' \1 ', 'g');
        return btrim(regexp_replace(folded, between, ' ', 'g'));
    end if;
    return btrim(regexp_replace(translate(folded, '''`', ''), '[^a-z0-9]+', ' ', 'g'));
end
$$;
comment on function search.words(text) is
    'A text folded to words with a space between: without case, accents, vowel signs, apostrophes and punctuation.';

create or replace function search.spelled(words text) returns text
    language plpgsql immutable strict parallel safe
as $$
begin
    if octet_length(words) = length(words) then
        return words;
    end if;
    return replace(replace(encode(convert_to(words, 'UTF8'), 'escape'), '\3', 'x'), '\2', 'y');
end
$$;
comment on function search.spelled(text) is
    'Words in ASCII alone, what is beyond it by its bytes: trigrams know no other letters where LC_CTYPE is C.';

create or replace function search.digits(phone text) returns text
    language plpgsql immutable strict parallel safe
as $$
declare
    dialled text := phone;
begin
    if octet_length(phone) > length(phone) then
        dialled := translate(normalize(phone, nfkc), '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789');
    end if;
    return regexp_replace(replace(dialled, '(0)', ''), '[^0-9]+', '', 'g');
end
$$;
comment on function search.digits(text) is
    'The digits of a telephone number, without the zero that (0) dials inside a country.';

create or replace function search.person(first_name text, last_name text, phone text, email text) returns text
    language sql immutable strict parallel safe
    return ' ' || search.spelled(search.words(first_name || ' ' || last_name || ' ' || email))
        || ' ' || search.digits(phone) || ' ';
comment on function search.person(text, text, text, text) is
    'What a person is found by: words of names and e-mail, then the digits of the telephone number.';

create or replace function search.thing(name text, code text) returns text
    language sql immutable parallel safe
    return ' ' || search.spelled(search.words(coalesce(name, '') || ' ' || coalesce(code, ''))) || ' ';
comment on function search.thing(text, text) is 'What a thing is found by: words of its name and of its code.';

create or replace function search.pattern(word text) returns text
    language plpgsql immutable strict parallel safe
as $$
declare
    folded constant text := search.spelled(search.words(word));
begin
    -- A trigram index finds three letters anywhere, and fewer at the beginning of a word.
    return case when length(split_part(folded, ' ', 1)) < 3 then '% ' else '%' end || folded || '%';
end
$$;
comment on function search.pattern(text) is
    'What search_text is like where a word is found: anywhere, or if it is short at the beginning of a word.';

create or replace function search.distance(searched text, word text) returns integer
    language sql immutable strict parallel safe
    return case when searched like '% ' || search.spelled(search.words(word)) || ' %' then 0
                when searched like '% ' || search.spelled(search.words(word)) || '%' then 1
                else 2 end;
comment on function search.distance(text, text) is
    'How closely a word is found in a search_text: 0 as a whole word, 1 at the beginning of one, 2 inside.';

create or replace function search.letters(words text) returns text
    language sql immutable strict parallel safe
    return (select string_agg(letter, '' order by letter collate "C") from string_to_table(words, null) letter);
comment on function search.letters(text) is 'The letters of some words, sorted.';

create or replace function search.typos(one text, other text) returns integer
    language sql immutable strict parallel safe
    return case when one = other then 0
                when abs(length(one) - length(other)) > 1 then 2
                else case public.levenshtein_less_equal(left(one, 255), left(other, 255), 2)
                     when 1 then 1
                     when 2 then case when search.letters(one) = search.letters(other) then 1 else 2 end
                     else 2 end
                end;
comment on function search.typos(text, text) is
    'How many slips make one of two folded names of the other: a letter more, less or another, or two exchanged; 2 means more than one.';

create or replace function search.refold() returns void
    language plpgsql
as $$
declare
    generated record;
begin
    for generated in
        select a.attrelid::regclass as relation, pg_get_expr(d.adbin, d.adrelid) as expression
          from pg_attribute a
          join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attname = 'search_text' and a.attgenerated = 's'
    loop
        execute format('update %s set id = id where search_text is distinct from (%s)',
                       generated.relation, generated.expression);
    end loop;
end
$$;
comment on function search.refold() is
    'Compute search_text again where the functions now give another one; called here when they changed.';
revoke all on all functions in schema search from public;

do $install$
begin
    if search.folding() <> current_setting('search.was') then
        perform search.refold();
    end if;
end
$install$;
