package io.hopyard.wire.mysql;

import io.hopyard.wire.mysql.SqlScanner.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recursive descent over the statements that this door runs: the ones that our own server writes for feature views and
 * whole-group reads, and the set-up chatter of the drivers. Not thread safe.
 */
final class SqlParser {
    private static final int DEPTH_MAX = 32;
    private static final Set<String> ENDS_OF_SHAPE =
            Set.of("WHERE", "LIMIT", "GROUP", "HAVING", "ORDER", "UNION", "FOR");

    private static final Set<String> VALUE_WORDS = Set.of("NULL", "TRUE", "FALSE", "DATE", "TIMESTAMP", "_UTF8MB4");

    private final SqlScanner scanner;
    private final ShapeCache shapes;
    private final byte[] sql;
    private int depth;

    private SqlParser(byte[] sql, int from, ShapeCache shapes) {
        this.sql = sql;
        this.scanner = new SqlScanner(sql, from, trimmedEnd(sql));
        this.shapes = shapes;
        scanner.next();
    }

    /**
     * @throws MysqlError for what is not SQL (1064) or not ours (1235)
     */
    static Sql parse(byte[] sql, ShapeCache shapes) {
        int where = shapes.find(sql);
        if (where >= 0) {
            Sql.Shape shape = shapes.get(sql, where);
            if (shape != null) {
                SqlParser parser = new SqlParser(sql, where, shapes);
                return parser.rest(shape);
            }
        }
        return new SqlParser(sql, 0, shapes).statement();
    }

    /** A semicolon at the very end is no second statement. */
    private static int trimmedEnd(byte[] sql) {
        int end = sql.length;
        while (end > 0 && (sql[end - 1] == ';' || (sql[end - 1] >= 0 && sql[end - 1] <= ' '))) {
            end--;
        }
        return end;
    }

    private Sql statement() {
        if (scanner.kind() != Kind.WORD) {
            throw scanner.kind() == Kind.END ? scanner.syntax("a statement") : scanner.syntax("SELECT");
        }
        return switch (scanner.word().toUpperCase(Locale.ROOT)) {
            case "SELECT" -> select();
            case "SET" -> set();
            case "ROLLBACK", "COMMIT" -> {
                scanner.next();
                end();
                yield new Sql.Nothing();
            }
            case "SHOW" -> show();
            default ->
                throw MysqlError.unsupported("the statement " + scanner.word().toUpperCase(Locale.ROOT));
        };
    }

    private Sql set() {
        scanner.next();
        String what = scanner.word().toUpperCase(Locale.ROOT);
        if (scanner.kind() != Kind.WORD || !(what.equals("NAMES") || what.equals("AUTOCOMMIT"))) {
            throw MysqlError.unsupported("SET " + scanner.word());
        }
        while (scanner.kind() != Kind.END) {
            if (scanner.isSymbol(";") || scanner.isSymbol(",")) {
                throw MysqlError.unsupported("several settings or statements at once");
            }
            scanner.next();
        }
        return new Sql.Nothing();
    }

    private Sql show() {
        scanner.next();
        if (!scanner.acceptWord("WARNINGS")) {
            throw MysqlError.unsupported("SHOW " + scanner.word());
        }
        end();
        return new Sql.ShowWarnings();
    }

    private Sql select() {
        scanner.next();
        if (scanner.isSymbol("@@")) {
            return variable();
        }
        if (scanner.kind() == Kind.NUMBER && scanner.word().equals("1")) {
            scanner.next();
            end();
            return new Sql.Constant("1", Sql.Asked.ONE);
        }
        List<Sql.Item> items = new ArrayList<>();
        do {
            Sql constant = item(items);
            if (constant != null) {
                return constant;
            }
        } while (scanner.acceptSymbol(","));
        scanner.expectWord("FROM");
        List<Sql.TableRef> tables = new ArrayList<>();
        tables.add(table(false));
        while (scanner.kind() != Kind.END && !endsShape()) {
            tables.add(joined());
        }
        Sql.Shape shape = new Sql.Shape(items, tables);
        shapes.put(sql, scanner.start(), shape);
        return rest(shape);
    }

    private boolean endsShape() {
        return scanner.kind() == Kind.WORD
                && ENDS_OF_SHAPE.contains(scanner.word().toUpperCase(Locale.ROOT));
    }

    /** What follows the tables. */
    private Sql rest(Sql.Shape shape) {
        Sql.Condition where = null;
        if (scanner.acceptWord("WHERE")) {
            where = or();
        }
        long limit = -1;
        if (scanner.acceptWord("LIMIT")) {
            if (scanner.kind() != Kind.NUMBER || !(scanner.numberValue(false) instanceof Long rows)) {
                throw scanner.syntax("a number of rows");
            }
            limit = rows;
            scanner.next();
        }
        end();
        return new Sql.Select(shape, where, limit);
    }

    private void end() {
        if (scanner.kind() == Kind.END) {
            return;
        }
        if (scanner.isSymbol(";")) {
            throw MysqlError.unsupported("several statements at once");
        }
        if (scanner.kind() == Kind.WORD) {
            String word = scanner.word().toUpperCase(Locale.ROOT);
            if (ENDS_OF_SHAPE.contains(word) || word.equals("OFFSET")) {
                throw MysqlError.unsupported(word);
            }
        }
        throw scanner.syntax("the end of the statement");
    }

    private Sql variable() {
        scanner.next();
        String name = scanner.word();
        if (name.equalsIgnoreCase("session") || name.equalsIgnoreCase("global")) {
            scanner.next();
            scanner.expectSymbol(".");
            name = scanner.word();
        }
        Sql.Asked asked = switch (name.toLowerCase(Locale.ROOT)) {
            case "transaction_isolation", "tx_isolation" -> Sql.Asked.ISOLATION;
            case "sql_mode" -> Sql.Asked.SQL_MODE;
            case "lower_case_table_names" -> Sql.Asked.LOWER_CASE_TABLE_NAMES;
            case "autocommit" -> Sql.Asked.AUTOCOMMIT;
            default -> throw MysqlError.unsupported("the variable @@" + name);
        };
        scanner.next();
        end();
        return new Sql.Constant("@@" + name, asked);
    }

    /** Adds a column; or returns a whole statement when it is one of the drivers' questions. */
    private @Nullable Sql item(List<Sql.Item> items) {
        if (scanner.acceptSymbol("*")) {
            items.add(new Sql.Item(null, "*"));
            return null;
        }
        boolean word = scanner.kind() == Kind.WORD;
        String first = name("a column");
        if (word && scanner.isSymbol("(")) {
            return function(first);
        }
        Sql.ColumnRef column = column(first);
        String name = column.column();
        if (scanner.acceptWord("AS")) {
            name = name("a name");
        } else if (scanner.kind() == Kind.NAME || (scanner.kind() == Kind.WORD && !scanner.isWord("FROM"))) {
            name = name("a name");
        }
        items.add(new Sql.Item(column, name));
        return null;
    }

    private Sql function(String name) {
        Sql.Asked asked = switch (name.toUpperCase(Locale.ROOT)) {
            case "VERSION" -> Sql.Asked.VERSION;
            case "DATABASE", "SCHEMA" -> Sql.Asked.DATABASE;
            default -> throw MysqlError.unsupported("the function " + name.toUpperCase(Locale.ROOT));
        };
        scanner.next();
        scanner.expectSymbol(")");
        end();
        return new Sql.Constant(name.toUpperCase(Locale.ROOT) + "()", asked);
    }

    private String name(String expected) {
        if (scanner.kind() != Kind.NAME && scanner.kind() != Kind.WORD) {
            throw scanner.syntax(expected);
        }
        String name = scanner.word();
        scanner.next();
        return name;
    }

    private Sql.ColumnRef columnRef() {
        return column(name("a column"));
    }

    private Sql.ColumnRef column(String first) {
        if (!scanner.acceptSymbol(".")) {
            return new Sql.ColumnRef(null, first);
        }
        return new Sql.ColumnRef(first, name("a column"));
    }

    private Sql.TableRef table(boolean left) {
        if (scanner.isSymbol("(")) {
            throw MysqlError.unsupported("a select inside a select");
        }
        String database = null;
        String table = name("a table");
        if (scanner.acceptSymbol(".")) {
            database = table;
            table = name("a table");
        }
        String alias = table;
        if (scanner.acceptWord("AS") || scanner.kind() == Kind.NAME) {
            alias = name("an alias");
        } else if (scanner.kind() == Kind.WORD && !endsShape() && !joinWord()) {
            alias = name("an alias");
        }
        if (scanner.isSymbol(",")) {
            throw MysqlError.unsupported("a list of tables");
        }
        return new Sql.TableRef(database, table, alias, left, List.of());
    }

    private boolean joinWord() {
        return switch (scanner.word().toUpperCase(Locale.ROOT)) {
            case "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "STRAIGHT_JOIN", "ON", "USING" -> true;
            default -> false;
        };
    }

    private Sql.TableRef joined() {
        boolean left = scanner.acceptWord("LEFT");
        if (left) {
            // A whole primary key finds one row at most, so that a semi join is an inner one.
            left = !scanner.acceptWord("SEMI");
            scanner.acceptWord("OUTER");
        } else if (!scanner.acceptWord("INNER") && !scanner.isWord("JOIN")) {
            if (scanner.kind() == Kind.WORD && joinWord()) {
                throw MysqlError.unsupported(scanner.word().toUpperCase(Locale.ROOT) + " JOIN");
            }
            throw scanner.syntax("JOIN, WHERE, LIMIT or the end of the statement");
        }
        scanner.expectWord("JOIN");
        Sql.TableRef table = table(left);
        scanner.expectWord("ON");
        boolean parenthesis = scanner.acceptSymbol("(");
        List<Sql.Equal> on = new ArrayList<>();
        do {
            Sql.ColumnRef one = columnRef();
            if (!scanner.acceptSymbol("=")) {
                throw MysqlError.unsupported("a join on anything but equal columns");
            }
            on.add(new Sql.Equal(one, columnRef()));
        } while (scanner.acceptWord("AND"));
        if (parenthesis) {
            scanner.expectSymbol(")");
        }
        return new Sql.TableRef(table.database(), table.table(), table.alias(), left, on);
    }

    private Sql.Condition or() {
        if (++depth > DEPTH_MAX) {
            throw MysqlError.unsupported("conditions nested more than " + DEPTH_MAX + " deep");
        }
        List<Sql.Condition> parts = new ArrayList<>();
        do {
            parts.add(and());
        } while (scanner.acceptWord("OR"));
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new Sql.Or(parts);
    }

    private Sql.Condition and() {
        List<Sql.Condition> parts = new ArrayList<>();
        do {
            parts.add(factor());
        } while (scanner.acceptWord("AND"));
        return parts.size() == 1 ? parts.getFirst() : new Sql.And(parts);
    }

    private Sql.Condition factor() {
        boolean not = false;
        while (scanner.acceptWord("NOT")) {
            not = !not;
        }
        Sql.Condition condition = scanner.acceptSymbol("(") ? parenthesised() : predicate(columnRef());
        return not ? new Sql.Not(condition) : condition;
    }

    /** A condition in parentheses, or a list of columns before {@code IN}. */
    private Sql.Condition parenthesised() {
        if (scanner.isSymbol("(") || scanner.isWord("NOT")) {
            return closed(or());
        }
        Sql.ColumnRef first = columnRef();
        if (scanner.isSymbol(",") || scanner.isSymbol(")")) {
            List<Sql.ColumnRef> columns = new ArrayList<>();
            columns.add(first);
            while (scanner.acceptSymbol(",")) {
                columns.add(columnRef());
            }
            scanner.expectSymbol(")");
            return negatable(columns);
        }
        return closed(orAfter(predicate(first)));
    }

    private Sql.Condition closed(Sql.Condition condition) {
        scanner.expectSymbol(")");
        return condition;
    }

    /** The rest of a condition whose first predicate has been read. */
    private Sql.Condition orAfter(Sql.Condition first) {
        List<Sql.Condition> ands = new ArrayList<>(List.of(first));
        while (scanner.acceptWord("AND")) {
            ands.add(factor());
        }
        Sql.Condition and = ands.size() == 1 ? first : new Sql.And(ands);
        if (!scanner.acceptWord("OR")) {
            return and;
        }
        return new Sql.Or(List.of(and, or()));
    }

    private Sql.Condition predicate(Sql.ColumnRef column) {
        if (scanner.acceptWord("IS")) {
            boolean not = scanner.acceptWord("NOT");
            scanner.expectWord("NULL");
            return not ? new Sql.Not(new Sql.IsNull(column)) : new Sql.IsNull(column);
        }
        if (scanner.kind() == Kind.SYMBOL) {
            Sql.Comparison comparison = switch (scanner.word()) {
                case "=" -> Sql.Comparison.EQUAL;
                case "<>", "!=" -> Sql.Comparison.NOT_EQUAL;
                case "<" -> Sql.Comparison.LESS;
                case "<=" -> Sql.Comparison.LESS_OR_EQUAL;
                case ">" -> Sql.Comparison.GREATER;
                case ">=" -> Sql.Comparison.GREATER_OR_EQUAL;
                default -> throw scanner.syntax("a comparison");
            };
            scanner.next();
            boolean word = scanner.kind() == Kind.WORD
                    && !VALUE_WORDS.contains(scanner.word().toUpperCase(Locale.ROOT));
            if (word || scanner.kind() == Kind.NAME) {
                return new Sql.CompareColumns(column, comparison, columnRef());
            }
            return new Sql.Compare(column, comparison, literal());
        }
        return negatable(List.of(column));
    }

    private Sql.Condition negatable(List<Sql.ColumnRef> columns) {
        boolean not = scanner.acceptWord("NOT");
        Sql.Condition condition;
        if (scanner.acceptWord("LIKE") && columns.size() == 1) {
            condition = new Sql.Compare(columns.getFirst(), Sql.Comparison.LIKE, literal());
        } else if (scanner.acceptWord("BETWEEN") && columns.size() == 1) {
            Sql.Literal low = literal();
            scanner.expectWord("AND");
            condition = new Sql.And(List.of(
                    new Sql.Compare(columns.getFirst(), Sql.Comparison.GREATER_OR_EQUAL, low),
                    new Sql.Compare(columns.getFirst(), Sql.Comparison.LESS_OR_EQUAL, literal())));
        } else {
            scanner.expectWord("IN");
            condition = new Sql.In(columns, rows(columns.size()));
        }
        return not ? new Sql.Not(condition) : condition;
    }

    private List<List<Sql.Literal>> rows(int width) {
        scanner.expectSymbol("(");
        List<List<Sql.Literal>> rows = new ArrayList<>();
        do {
            rows.add(row(width));
        } while (scanner.acceptSymbol(","));
        scanner.expectSymbol(")");
        return rows;
    }

    private List<Sql.Literal> row(int width) {
        boolean parenthesis = scanner.acceptSymbol("(");
        if (!parenthesis && width > 1) {
            throw scanner.syntax("a list of " + width + " values in parentheses");
        }
        if (width == 1) {
            Sql.Literal value = literal();
            if (parenthesis) {
                scanner.expectSymbol(")");
            }
            return List.of(value);
        }
        List<Sql.Literal> values = new ArrayList<>(width);
        do {
            values.add(literal());
        } while (scanner.acceptSymbol(","));
        if (values.size() != width) {
            throw scanner.syntax("a list of " + width + " values");
        }
        scanner.expectSymbol(")");
        return values;
    }

    private Sql.Literal literal() {
        boolean negative = scanner.acceptSymbol("-");
        Sql.Literal literal = switch (scanner.kind()) {
            case NUMBER -> new Sql.Literal(scanner.numberValue(negative));
            case STRING -> new Sql.Literal(scanner.text(scanner.content()));
            case BINARY -> new Sql.Literal(scanner.content());
            case WORD -> wordLiteral();
            case NAME, SYMBOL, END -> throw scanner.syntax("a value");
        };
        if (negative && scanner.kind() != Kind.NUMBER) {
            throw scanner.syntax("a number");
        }
        scanner.next();
        return literal;
    }

    /** Values that are words; {@code DATE '..'} and {@code TIMESTAMP '..'} are the text that follows. */
    private Sql.Literal wordLiteral() {
        return switch (scanner.word().toUpperCase(Locale.ROOT)) {
            case "NULL" -> Sql.Literal.NULL;
            case "TRUE" -> new Sql.Literal(1L);
            case "FALSE" -> new Sql.Literal(0L);
            case "DATE", "TIMESTAMP", "_UTF8MB4" -> {
                scanner.next();
                if (scanner.kind() != Kind.STRING) {
                    throw scanner.syntax("a text in quotes");
                }
                yield new Sql.Literal(new String(scanner.content(), StandardCharsets.UTF_8));
            }
            default -> throw scanner.syntax("a value");
        };
    }
}
