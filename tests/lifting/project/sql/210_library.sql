-- What the library counts.
--
-- Always holds: a metric's one definition is its row in stats.metric.
-- Order: after everything that counts, which is numbered below 200.

select stats.track('book');
select stats.track('loan', state => 'status', day => 'lent_on', paid => 'fee');

delete from stats.metric;
insert into stats.metric (position, key, subject, states, is_today, measure) values
    (1, 'books_total', 'book', null, false, 'n'),
    (2, 'loans_out', 'loan', '{out}', false, 'n'),
    (3, 'fees_total', 'loan', null, false, 'paid');
