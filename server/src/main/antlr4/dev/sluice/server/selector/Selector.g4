// The message selectors of Jakarta Messaging 3.1, section 3.8. Every decision needs one token of lookahead, so that parsing is linear and an error
// is found at the token that is wrong. What is a condition and what is a value is told apart after parsing, by SelectorCompiler.
grammar Selector;

selector: disjunction EOF;

disjunction: conjunction (OR conjunction)*;

conjunction: negation (AND negation)*;

negation: NOT* predicate;

predicate: sum tail?;

tail
    : comparison sum            # comparisonTail
    | NOT? restriction          # restrictionTail
    | IS NOT? NULL              # nullTail
    ;

comparison: EQUAL | NOT_EQUAL | LESS | LESS_OR_EQUAL | GREATER | GREATER_OR_EQUAL;

restriction
    : BETWEEN sum AND sum                       # between
    | IN OPEN STRING (COMMA STRING)* CLOSE      # membership
    | LIKE STRING (ESCAPE STRING)?              # pattern
    ;

sum: product ((PLUS | MINUS) product)*;

product: signed ((TIMES | DIVIDE) signed)*;

signed: (PLUS | MINUS)* primary;

primary
    : IDENTIFIER                # identifier
    | STRING                    # textLiteral
    | EXACT                     # exactLiteral
    | APPROXIMATE               # approximateLiteral
    | (TRUE | FALSE)            # booleanLiteral
    | OPEN disjunction CLOSE    # parenthesised
    ;

NULL: [nN] [uU] [lL] [lL];
TRUE: [tT] [rR] [uU] [eE];
FALSE: [fF] [aA] [lL] [sS] [eE];
NOT: [nN] [oO] [tT];
AND: [aA] [nN] [dD];
OR: [oO] [rR];
BETWEEN: [bB] [eE] [tT] [wW] [eE] [eE] [nN];
LIKE: [lL] [iI] [kK] [eE];
IN: [iI] [nN];
IS: [iI] [sS];
ESCAPE: [eE] [sS] [cC] [aA] [pP] [eE];

EQUAL: '=';
NOT_EQUAL: '<>';
LESS: '<';
LESS_OR_EQUAL: '<=';
GREATER: '>';
GREATER_OR_EQUAL: '>=';
PLUS: '+';
MINUS: '-';
TIMES: '*';
DIVIDE: '/';
OPEN: '(';
CLOSE: ')';
COMMA: ',';

STRING: '\'' (~['] | '\'\'')* '\'';

// Java's integer and floating-point literals. Which digits an octal number may have is checked with its value.
EXACT: (DIGITS | '0' [xX] HEX_DIGITS | '0' [bB] DIGITS) [lL]?;
APPROXIMATE
    : DIGITS '.' DIGITS? EXPONENT? [fFdD]?
    | '.' DIGITS EXPONENT? [fFdD]?
    | DIGITS EXPONENT [fFdD]?
    | DIGITS [fFdD]
    | '0' [xX] (HEX_DIGITS '.'? | HEX_DIGITS? '.' HEX_DIGITS) [pP] [+-]? DIGITS [fFdD]?
    ;

// Wider than Java's identifiers beyond ASCII: the compiler refuses the rest, and can say which character it is.
IDENTIFIER: IDENTIFIER_START IDENTIFIER_PART*;

SPACE: [ \t\f\r\n]+ -> skip;

// What is no part of the language, as tokens of their own so that the refusal can say what is meant instead.
UNCLOSED: '\'' (~['] | '\'\'')*;
FOREIGN: '!=' | '==' | '&&' | '||';
STRAY: .;

fragment DIGITS: [0-9] ([0-9_]* [0-9])?;
fragment HEX_DIGITS: [0-9a-fA-F] ([0-9a-fA-F_]* [0-9a-fA-F])?;
fragment EXPONENT: [eE] [+-]? DIGITS;
fragment IDENTIFIER_START: [a-zA-Z_$] | ~[\u0000-\u007F];
fragment IDENTIFIER_PART: IDENTIFIER_START | [0-9] | [\u0000-\u0008\u000E-\u001B\u007F];
