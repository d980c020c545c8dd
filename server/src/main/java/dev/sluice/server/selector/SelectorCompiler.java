package dev.sluice.server.selector;

import dev.sluice.server.selector.SelectorParser.BetweenContext;
import dev.sluice.server.selector.SelectorParser.ComparisonTailContext;
import dev.sluice.server.selector.SelectorParser.ConjunctionContext;
import dev.sluice.server.selector.SelectorParser.DisjunctionContext;
import dev.sluice.server.selector.SelectorParser.MembershipContext;
import dev.sluice.server.selector.SelectorParser.NegationContext;
import dev.sluice.server.selector.SelectorParser.NullTailContext;
import dev.sluice.server.selector.SelectorParser.PatternContext;
import dev.sluice.server.selector.SelectorParser.PredicateContext;
import dev.sluice.server.selector.SelectorParser.ProductContext;
import dev.sluice.server.selector.SelectorParser.RestrictionTailContext;
import dev.sluice.server.selector.SelectorParser.SelectorContext;
import dev.sluice.server.selector.SelectorParser.SignedContext;
import dev.sluice.server.selector.SelectorParser.SumContext;
import dev.sluice.server.selector.SelectorParser.TailContext;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;

/**
 * Turns one parse tree into conditions and operands, and refuses what can never be right whatever the message: a number where a condition
 * is wanted, strings in an order, a literal compared with one of another type. Used once, by the reader.
 */
final class SelectorCompiler {
    private final Refusals refusals;
    private final PrimaryCompiler primaries;
    private int registerCount;

    SelectorCompiler(Refusals refusals) {
        this.refusals = refusals;
        this.primaries = new PrimaryCompiler(refusals);
    }

    List<Identifier> identifiers() {
        return primaries.identifiers();
    }

    int registerCount() {
        return registerCount;
    }

    Condition compile(SelectorContext selector) {
        return condition(disjunction(selector.disjunction()), selector);
    }

    private Term disjunction(DisjunctionContext context) {
        List<ConjunctionContext> parts = context.conjunction();
        if (parts.size() == 1) {
            return conjunction(parts.get(0));
        }
        return new Condition.Any(
                parts.stream().map(part -> condition(conjunction(part), part)).toArray(Condition[]::new));
    }

    private Term conjunction(ConjunctionContext context) {
        List<NegationContext> parts = context.negation();
        if (parts.size() == 1) {
            return negation(parts.get(0));
        }
        return new Condition.All(
                parts.stream().map(part -> condition(negation(part), part)).toArray(Condition[]::new));
    }

    private Term negation(NegationContext context) {
        Term term = predicate(context.predicate());
        int negations = context.NOT().size();
        if (negations == 0) {
            return term;
        }
        Condition condition = condition(term, context.predicate());
        // Two negations are none, also of the unknown.
        return negations % 2 == 0 ? condition : new Condition.Not(condition);
    }

    /** A term where a condition must be. */
    private Condition condition(Term term, ParserRuleContext context) {
        if (term instanceof Condition condition) {
            return condition;
        }
        Operand operand = (Operand) term;
        if (!operand.type.mayBe(Type.BOOLEAN)) {
            throw refusals.at(context.getStart(), "expected a condition, found " + operand.type.words + " alone");
        }
        return new Condition.Flag(operand);
    }

    /** A term where a value must be. */
    private Operand operand(Term term) {
        return term instanceof Operand operand ? operand : new Operand.Outcome(registerCount++, (Condition) term);
    }

    private Term predicate(PredicateContext context) {
        TailContext tail = context.tail();
        if (tail == null) {
            return sum(context.sum());
        }
        if (tail instanceof ComparisonTailContext comparison) {
            return comparison(context.sum(), comparison);
        }
        if (tail instanceof NullTailContext nullTail) {
            return new Condition.IsNull(name(context.sum(), "IS NULL").slot, nullTail.NOT() != null);
        }
        return restriction(context.sum(), (RestrictionTailContext) tail);
    }

    private Condition comparison(SumContext leftContext, ComparisonTailContext tail) {
        Comparison comparison = Comparison.of(tail.comparison().getText());
        Operand left = operand(sum(leftContext));
        Operand right = operand(sum(tail.sum()));
        Token at = tail.comparison().getStart();
        if (!left.type.mayBe(right.type)) {
            throw refusals.at(at, "cannot compare " + left.type.words + " with " + right.type.words);
        }
        Operand fixed = left.type == Type.ANY ? right : left;
        if (comparison.isOfOrder() && !fixed.type.mayBe(Type.NUMBER)) {
            throw refusals.at(
                    at,
                    "\"" + comparison.symbol + "\" compares numbers, not " + fixed.type.words
                            + " (those are only = or <>)");
        }
        if (left instanceof Operand.Named named && right instanceof Operand.Constant constant) {
            return new Condition.ComparedWithLiteral(comparison, named.slot, constant.value);
        }
        if (left instanceof Operand.Constant constant && right instanceof Operand.Named named) {
            return new Condition.ComparedWithLiteral(comparison.mirrored(), named.slot, constant.value);
        }
        return new Condition.Compared(comparison, left, right);
    }

    private Condition restriction(SumContext left, RestrictionTailContext tail) {
        boolean negated = tail.NOT() != null;
        if (tail.restriction() instanceof BetweenContext between) {
            return new Condition.Between(
                    number(left, "BETWEEN"),
                    number(between.sum(0), "BETWEEN"),
                    number(between.sum(1), "BETWEEN"),
                    negated);
        }
        if (tail.restriction() instanceof MembershipContext membership) {
            var texts = membership.STRING().stream().map(PrimaryCompiler::text).toList();
            return new Condition.In(textName(left, "IN").slot, new TextSet(texts), negated);
        }
        return new Condition.Like(textName(left, "LIKE").slot, pattern((PatternContext) tail.restriction()), negated);
    }

    private LikePattern pattern(PatternContext context) {
        TerminalNode escapeNode = context.STRING(1);
        int escape = -1;
        if (escapeNode != null) {
            String text = PrimaryCompiler.text(escapeNode);
            if (text.codePointCount(0, text.length()) != 1) {
                throw refusals.at(escapeNode.getSymbol(), "ESCAPE takes a string of one character");
            }
            escape = text.codePointAt(0);
        }
        try {
            return LikePattern.of(PrimaryCompiler.text(context.STRING(0)), escape);
        } catch (IllegalArgumentException wrong) {
            throw refusals.at(context.STRING(0).getSymbol(), "in the pattern, " + wrong.getMessage());
        }
    }

    private Operand.Named name(SumContext context, String operator) {
        if (operand(sum(context)) instanceof Operand.Named named) {
            return named;
        }
        throw refusals.at(context.getStart(), "expected the name of a property or a header field before " + operator);
    }

    private Operand.Named textName(SumContext context, String operator) {
        Operand.Named named = name(context, operator);
        if (!named.type.mayBe(Type.TEXT)) {
            throw refusals.at(context.getStart(), operator + " takes a string, not " + named.type.words);
        }
        return named;
    }

    private Operand number(ParserRuleContext context, String operator) {
        Term term = context instanceof SumContext sum
                ? sum(sum)
                : context instanceof ProductContext product ? product(product) : signed((SignedContext) context);
        Operand operand = operand(term);
        if (!operand.type.mayBe(Type.NUMBER)) {
            throw refusals.at(context.getStart(), operator + " takes numbers, not " + operand.type.words);
        }
        return operand;
    }

    private Term sum(SumContext context) {
        List<ProductContext> parts = context.product();
        return parts.size() == 1 ? product(parts.get(0)) : chain(parts, context);
    }

    private Term product(ProductContext context) {
        List<SignedContext> parts = context.signed();
        return parts.size() == 1 ? signed(parts.get(0)) : chain(parts, context);
    }

    /** Operands at the even places of a context, operators between them. */
    private Operand chain(List<? extends ParserRuleContext> parts, ParserRuleContext context) {
        var operators = new ArrayList<Arithmetic>();
        var operands = new ArrayList<Operand>();
        for (int index = 0; index < parts.size(); index++) {
            String symbol = context.getChild(Math.max(1, 2 * index - 1)).getText();
            operands.add(number(parts.get(index), "\"" + symbol + "\""));
            if (index > 0) {
                operators.add(Arithmetic.of(symbol));
            }
        }
        return folded(operands, operators);
    }

    /** The chain, or its value if that is already known. */
    private Operand folded(List<Operand> operands, List<Arithmetic> operators) {
        var value = new Value();
        for (int index = 0; index < operands.size(); index++) {
            if (!(operands.get(index) instanceof Operand.Constant constant)) {
                return new Operand.Chain(
                        registerCount++,
                        operands.get(0),
                        operators.toArray(Arithmetic[]::new),
                        operands.subList(1, operands.size()).toArray(Operand[]::new));
            }
            if (index == 0) {
                value.set(constant.value);
            } else {
                operators.get(index - 1).apply(value, constant.value);
            }
        }
        return new Operand.Constant(Type.NUMBER, value);
    }

    private Term signed(SignedContext context) {
        int minuses = context.MINUS().size();
        int signs = minuses + context.PLUS().size();
        var primary = context.primary();
        if (primary instanceof SelectorParser.ParenthesisedContext parenthesised) {
            Term term = disjunction(parenthesised.disjunction());
            return signs == 0 ? term : sign(operand(term), minuses, context);
        }
        // The sign beside a literal is its own; the others stay.
        boolean negative = signs > 0 && context.getChild(signs - 1).getText().equals("-");
        if (negative && primaries.isNumber(primary)) {
            return sign(primaries.negative(primary), minuses - 1, context);
        }
        Operand operand = primaries.compile(primary);
        return signs == 0 ? operand : sign(operand, minuses, context);
    }

    private Operand sign(Operand operand, int minuses, SignedContext context) {
        if (!operand.type.mayBe(Type.NUMBER)) {
            throw refusals.at(context.getStart(), "a sign takes a number, not " + operand.type.words);
        }
        boolean negative = minuses % 2 == 1;
        if (operand instanceof Operand.Constant constant) {
            var value = new Value();
            value.set(constant.value);
            if (negative) {
                Arithmetic.negate(value);
            }
            return new Operand.Constant(Type.NUMBER, value);
        }
        return new Operand.Signed(registerCount++, negative, operand);
    }
}
