"""What the domain task knows of the formal fields: math and computer science.

`SEEDS` are whole questions with slots, `FACTS` are lines of `term :: what it is`, one a line, by label.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "child": ("Maya", "Tom", "Li", "Amara", "Diego", "Ms. Ortiz", "Ben", "Priya"),
    "function": (
        "x^2 e^x",
        "sin(3x)",
        "ln(x)/x",
        "x^3 - 4x",
        "1/(1 + x^2)",
        "sqrt(9 - x^2)",
        "cos^2 x",
        "tan x",
    ),
    "language": ("Python", "Java", "C", "C++", "JavaScript", "Rust", "Go", "FORTRAN", "BASIC", "Pascal"),
    "structure": (
        "stack",
        "queue",
        "linked list",
        "hash table",
        "binary search tree",
        "heap",
        "graph",
        "trie",
    ),
    "sort": ("quicksort", "mergesort", "heapsort", "insertion sort", "bubble sort", "radix sort"),
}

SEEDS: dict[str, str] = {
    "math": """
Solve for x: {n}x + {nn} = {nnn}.
What is the value of {nn} × {nn} - {nnn} ÷ {n}?
{child} has {nn} {stickers|marbles|apples|books} and gives {n} to each of {n} friends. How many are left?
A {bakery|school bus|library} has {nnn} {rolls|seats|shelves} in {nn} equal rows. Which expression shows how many are in each row?
A jacket is {n} times as long as a scarf that measures {nn} inches. How long are both together?
What is {nnnn} rounded to the nearest {hundred|ten|thousand}?
Which fraction is equivalent to {n}/{nn}? Write it as a decimal and as a percent.
{child} runs {f} miles each day for {nn} days. What is the total distance run?
What is the least common multiple of {nn} and {nn}, and their greatest common divisor?
Find the remainder when {n}^{nnn} is divided by {nn}.
What is the units digit of the product {nn} × {nnn} × {nnn}?
How many positive divisors does {nnn} have, and how many of them are perfect squares?
How many ways can {n} people be seated around a circular table if two of them refuse to sit together?
How many {four|five|six}-letter words can be formed from the letters of {BANANA|PARALLEL|COFFEE}?
A committee of {n} is chosen from {nn} men and {nn} women. What is the probability that it contains at least one woman?
Two fair {dice|coins} are {rolled|tossed}. What is the probability that the sum is {n}, given that one of them shows {n}?
An urn holds {n} red and {nn} blue balls. {n} balls are drawn without replacement. What is the expected number of red ones?
Let X be a {normal|Poisson|exponential|binomial|uniform|gamma} random variable with mean {nn}. Find P(X > {nn}) and its variance.
The weights of {bags of flour|adult cats|bolts} are normally distributed with mean {nn} and standard deviation {f}. What proportion lies above {nn}?
A random sample of n = {nn} gives a mean of {f} and standard deviation {dec}. Find a 95% confidence interval and state the margin of error.
Which significance test is appropriate to compare {two proportions|paired means|several group means|observed and expected counts}, and what is a Type II error here?
Which statement about {a residual plot|the least-squares line|an outlier in a boxplot|stratified sampling|a p-value} is true?
The moment generating function of X is M(t) = exp({n}t + {n}t^2). Find the distribution of X.
Find the derivative of f(x) = {function} and its critical points.
Evaluate the definite integral of {function} from 0 to {n}.
What is the limit of {(sin {n}x)/x|(1 + {n}/x)^x|(x^2 - {n})/(x - 1)|x ln x} as x approaches {0|infinity}?
Does the series with terms {1/(n ln n)|(-1)^n/n|n!/{n}^n|n^2/2^n} converge? What is its radius of convergence as a power series?
Find the area of the region bounded by y = {n}x - x^2 and the x-axis, and the volume when it is rotated about the {x-axis|y-axis}.
Find the general solution of the differential equation y'' - {n}y' + {n}y = {0|e^x|cos x|x^2}.
Solve the initial value problem dy/dt = {n}y - {nn}, y(0) = {n}, and describe the behaviour as t goes to infinity.
A tank holds {nnn} gallons of brine; water with {dec} lb of salt per gallon enters at {n} gal/min. Set up and solve the differential equation for Q(t).
Use Newton's method to approximate the root of x^3 - {n}x + {n} = 0 to three decimal places.
Find the eigenvalues and eigenvectors of the matrix [[{n}, 1], [0, {n}]].
What is the rank, determinant and nullity of the matrix A = [[1, {n}], [{n}, {nn}]]?
Are the vectors (1, {n}, 0), (0, 1, {n}) and ({n}, 0, 1) linearly independent? Find the angle between the first two.
Compute the {gradient|curl|divergence|line integral|double integral} of F(x, y) = ({n}xy, x^2) over the {unit disk|triangle with vertices (0,0), (1,0), (0,{n})}.
Let G be a group of order {nn}. Which of the following must be true about its {subgroups|center|Sylow {n}-subgroups|elements of prime order}?
Find the order of the element ({n}, {n}) in the group Z_{nn} × Z_{nn}.
Statement 1 | Every {cyclic|finite abelian|simple} group is {abelian|solvable}. Statement 2 | Every {field|integral domain|ideal} is {a principal ideal domain|a ring with unity|maximal}.
Find the degree of the field extension Q(sqrt({n}), sqrt({n})) over Q.
Which polynomial is irreducible over Z_{n}: {x^2 + 1|x^3 + x + 1|x^4 + x^2 + 1}?
Let f be a continuous function on [0, {n}] with f(0) = f({n}). Show that f(x) = f(x + 1) for some x.
Which of the following subsets of R is {compact|connected|dense|open|countable}?
The lengths of the sides of a triangle are {n}, {n} and {nn}. What is its area and the radius of the inscribed circle?
In triangle ABC, angle A is {nn}°, and D lies on BC so that AD bisects the angle. Find the measure of angle ADC.
A circle with centre O has a chord of length {nn} at distance {n} from the centre. What is the area of the circle?
What is the equation of the line through (-{n}, {n}) that is {perpendicular|parallel} to y = {n}x - {n}?
If log base {n} of x equals {n}, what is x? Simplify (x^{n} y^-{n})^{n}.
The quadratic equation x^2 - {nn}x + k = 0 has one root {n}. Find k, the vertex and the axis of symmetry.
If f(x) = {n}x - {n} and g(x) = x^2 + {n}, what is f(g({n}))? What is the inverse of f?
What is the sum of the first {nn} terms of the {arithmetic|geometric} sequence with first term {n} and common {difference|ratio} {n}?
Express the complex number ({n} + {n}i)/({n} - i) in polar form and find its cube roots.
Use the residue theorem to evaluate the contour integral of 1/(z^2 + {n}) around |z| = {nn}.
How many {edges|spanning trees|colorings|Hamiltonian cycles} does the complete graph K_{n} have?
What is the {Catalan|Stirling|Ramsey|Fibonacci} number with index {n}, and what does it count?
A rumor spreads so that the rate is proportional to those who heard it; after {n} days {nnn} know it. When will {nnnn} know?
A ladder {nn} ft long slides down a wall at {n} ft/s. How fast does its foot move away when it is {n} ft from the wall?
Find the {maximum|minimum} of f(x, y) = x^2 + {n}y^2 subject to x + y = {n} with Lagrange multipliers.
Is every {bounded sequence|uniformly continuous function|Cauchy sequence|absolutely convergent series} {convergent|bounded|integrable}? Prove or give a counterexample.
A fair game pays ${nn} if a card drawn from a standard deck is a {heart|face card|king}. What is the expected payoff?
Change {nnn} {centimetres to metres|ounces to pounds|minutes to hours and minutes|millilitres to litres}.
can you check my algebra? i get x = {n} for {n}(x - {n}) = {nn}
prove by induction that the sum of the first n {odd numbers|cubes|squares} is what we think it is
What is the angle between the hands of a clock at {n}:{nn}?
Approximate the integral with Simpson's rule using n = {n} and bound the error; then the Taylor polynomial of degree {n} for e^x about 0.
In how many ways can you tile, colour or paint a {n} by {n} board so that no two adjacent squares match?
The table gives the scores of {nn} students on a quiz: find the mean, median, mode and interquartile range.
If {n} painters need {nn} hours to paint a fence, how long do {n} painters need at the same rate?
The ratio of {boys to girls|red to blue tiles} is {n} to {n}. If there are {nnn} in all, how many are {girls|blue}?
A metric space, a {Banach|Hilbert} space, the Lebesgue measure of the Cantor set: what is the norm of the operator T(f) = {n}f?
What is the Wiener process covariance, the Markov chain stationary distribution or the martingale property of a random walk on {n} states?
""",
    "computer science": """
Write a {language} {function|program|subroutine} that {reverses a string|finds the largest of N numbers|checks whether a word is a palindrome|computes the nth Fibonacci number|sorts a list of names|counts the vowels in a line}.
What is the worst-case time complexity of {sort} on n elements, and when is it a good choice?
What is printed by the following code? int x = {n}; for (int i = 0; i < {n}; i++) {x += i;|x = x * i;|if (i % 2 == 0) x++;} System.out.println(x);
Consider the code segment: count ← 0; REPEAT {n} TIMES: IF (count MOD 2 = 0) count ← count + {n}. What is displayed at the end?
Why does my {Python|JavaScript|Java|C++} code throw {a KeyError|a NullPointerException|a segmentation fault|'undefined is not a function'|an index out of bounds error} on line {nn}?
Which data structure, a {structure} or a {structure}, is better for {undo history|shortest paths|autocomplete|a priority scheduler|fast membership tests}?
A {structure} holds {nnn} keys. How many comparisons are needed at most to find or insert one?
Convert the decimal number {nnn} to {binary|hexadecimal|octal} and give its {two's complement|8-bit} representation.
Give the floating-point representation of {f} with a {n}-bit mantissa; what rounding error results?
Solve the recurrence T(n) = {n}T(n/2) + n with the master theorem.
Insert the keys {nn}, {nn}, {n}, {nn}, {nn} into an empty {binary search tree|AVL tree|hash table with linear probing|min-heap} and show the result.
Which graph algorithm finds {shortest paths with negative edges|a minimum spanning tree|strongly connected components|the maximum flow}, and what is its running time?
Is the language {a^n b^n|ww reversed|strings with an even number of zeros|a^n b^n c^n} {regular|context-free}? Justify with the pumping lemma.
Which problems are {undecidable|NP-complete|in P}: {halting|3-SAT|graph 2-colouring|vertex cover|primality testing}?
A computer has a {nn}-KB direct-mapped cache with {n}-word blocks. Given the reference string, how many misses occur?
A paged virtual memory with {n} frames uses {LRU|FIFO|optimal|clock} replacement. How many page faults occur for the reference string 1 2 3 4 1 2 5?
A pipelined processor with {n} stages suffers {a data hazard|a branch misprediction|a structural hazard}. What is the speedup over the unpipelined CPU?
Processes P and Q share a semaphore initialised to {n}. Can {deadlock|starvation|a race condition} occur, and how is mutual exclusion kept?
How does {round robin|shortest job first|priority} scheduling with a quantum of {n} ms order these jobs with bursts {n}, {nn} and {n}?
Which normal form does the relation R(A, B, C, D) with A → B and C → D satisfy? Decompose it to {BCNF|3NF}.
Write an SQL query that lists {customers without orders|the average salary per department|the top {n} products by sales|duplicate emails}.
How does {TCP|UDP|DNS|DHCP|HTTP|ARP|BGP|TLS} work, and on which layer of the OSI model?
A host has the address 192.168.{n}.{nn} with mask 255.255.255.{nnn}. Which subnet is it in and how many hosts can it hold?
Which attack exploits {unchecked array bounds|unsanitised SQL input|a user's active session|weak hashes of passwords|a spoofed ARP reply}, and how is it prevented?
How does {RSA|AES|Diffie-Hellman|a digital signature|Kerberos|a hash function} protect {confidentiality|integrity|authenticity}?
What does {nmap|Wireshark|a firewall|a buffer overflow|a rootkit|a worm|fuzz testing|a stack canary} do?
Training accuracy is {nn}% but test accuracy much lower. Which remedy, {L2 regularization|dropout|more data|early stopping}, reduces overfitting?
Statement 1| {Logistic regression|A random forest|K-means|PCA|A support vector machine} is a {supervised|linear|probabilistic} method. Statement 2| {Boosting|Bagging|Batch normalization} reduces {variance|bias|training time}.
How many parameters does a {convolutional layer with {n} filters of size 3x3|fully connected layer from {nnn} to {nn} units} have?
Compute the {entropy|information gain|Gini index} of a decision tree split with {n} positive and {n} negative examples.
In reinforcement learning, what is the difference between {Q-learning and SARSA|value and policy iteration|exploration and exploitation}?
What are {transformers|word embeddings|GANs|ResNets|attention heads|variational autoencoders|diffusion models} and how are they trained with backpropagation?
The naive Bayes assumption, the kernel trick, the VC dimension: what is the VC dimension of {linear classifiers in {n} dimensions|intervals on the line}?
Design a {Huffman|Hamming|Shannon-Fano|arithmetic} code for a source with probabilities {dec}, {dec} and the rest. What is the average code length in bits?
A binary symmetric channel has error probability {dec}. What is its capacity in bits per use?
Simplify the Boolean expression {A'B + AB + AB'|(A + B)(A + C')|A xor B and not C} with a Karnaugh map and draw the gates.
Explain {polymorphism|inheritance|encapsulation|recursion|closures|garbage collection|static typing|lazy evaluation|call by reference} with an example in {language}.
What happens during {lexical analysis|parsing|linking|register allocation|type checking} in a compiler?
Give the grammar in BNF for {arithmetic expressions|identifiers|nested parentheses} and say whether it is LL(1) or ambiguous.
How do I {undo the last commit in git|center a div in CSS|parse JSON in {language}|read a CSV file in pandas|deploy a Docker container|write a regex for email addresses}?
Review this function and suggest a faster version: def f(xs): return [x for x in xs if xs.count(x) > {n}]
Write unit tests for a {shopping cart class|date parser|REST endpoint|login form}.
How would you design {a URL shortener|a chat service|a rate limiter|a news feed|a key-value store} that scales to millions of users?
What is the difference between {a process and a thread|compiler and interpreter|HTTP GET and POST|RAM and ROM|stack and heap memory|SQL and NoSQL|an abstract class and an interface}?
In the {FORTRAN|PL/I|COBOL|BASIC|APL|LISP|SNOBOL} language, how is {a DO loop|an array|an assignment statement|a subscripted variable|a branch} specified?
A bitmap image of {nnn} by {nnn} pixels has {n} bits per pixel. How many bytes does it need, and is the compression lossless?
A digital divide, open source licences and cookies: which {privacy|accessibility|copyright} concern of computing innovations applies?
What does it mean for {an algorithm to be greedy|a search to be admissible in A*|a heuristic to be consistent|a hash to be collision resistant|a transaction to be atomic}?
Let an undirected graph have edges (0,1), (1,{n}), (2,3), (0,{n}). What is its {minimum vertex cover|chromatic number|DFS order|adjacency matrix}?
Find the maximum flow from source 0 to sink {n} in a network with capacities {n}, {nn} and {nn}.
What does the method return when called with {an empty list|n = {n}|a negative number}? public int mystery(int n): if n <= 1 return 1, else return n * mystery(n - {n})
How does a {Turing machine|pushdown automaton|finite automaton|lambda calculus term} {accept strings|compute addition}?
What is the effective access time with a TLB hit ratio of {dec}, memory access of {nnn} ns and disk access of {n} ms?
Perform {k-means|hierarchical|DBSCAN} clustering with k = {n} on the points (0, {n}), ({n}, 1), ({n}, {n}). What are the new centroids?
A RAID {0|1|5} array, a magnetic disk rotating at {nnnn} rpm: what is the transfer rate and the average seek plus rotational latency?
""",
}

FACTS: dict[str, str] = {
    "math": """
a prime number :: an integer above one with no divisors but one and itself
the greatest common divisor :: the largest integer that divides two numbers
Fermat's little theorem :: the statement that a^(p-1) leaves remainder 1 modulo a prime p
the Chinese remainder theorem :: the result on solving simultaneous congruences with coprime moduli
Euler's totient :: the count of integers below n that are coprime to n
the pigeonhole principle :: the fact that n + 1 objects in n boxes put two in one box
a permutation :: an ordered arrangement of distinct objects
a combination :: an unordered selection of k objects out of n
the binomial theorem :: the expansion of powers of a sum
mathematical induction :: proof by a base case and a step from n to n + 1
an injective function :: a map that sends distinct elements to distinct images
a bijection :: a one-to-one and onto mapping
an equivalence relation :: a relation that is reflexive, symmetric and transitive
an abelian group :: a set with a commutative invertible operation
a normal subgroup :: a subgroup invariant under conjugation
Lagrange's theorem :: the fact that a subgroup's order divides the order of the group
an ideal :: an additive subset of a ring closed under multiplication by ring elements
a field :: a commutative ring in which every nonzero element has an inverse
a homomorphism :: a structure-preserving map between groups
a basis :: a linearly independent spanning set
the determinant :: the scalar that tells whether a square matrix is invertible
an eigenvector :: a vector only scaled by a linear map
an orthogonal matrix :: a matrix whose transpose is its inverse
the rank-nullity theorem :: the identity of dimension of domain with image plus kernel
the derivative :: the limit of the difference quotient
the chain rule :: the formula for differentiating a composition
the mean value theorem :: the existence of a tangent parallel to the secant
the fundamental theorem of calculus :: the link between antiderivatives and definite integrals
integration by parts :: the method that reverses the product rule
L'Hopital's rule :: the evaluation of 0/0 limits by differentiating top and bottom
a Taylor series :: the expansion of a function in powers with derivatives as coefficients
an inflection point :: a place where concavity changes
a Cauchy sequence :: a sequence whose terms get arbitrarily close to each other
uniform convergence :: convergence of functions at one rate for all points
a compact set :: a set whose every open cover has a finite subcover
the Heine-Borel theorem :: the characterization of compact subsets of Euclidean space
Green's theorem :: the equality of a line integral round a curve and a double integral inside
the Laplacian :: the sum of second partial derivatives of a function
a separable differential equation :: an equation that splits into one side in x and one side in y
the Wronskian :: the determinant that tests independence of solutions of an ODE
an integrating factor :: a function that makes a first-order linear equation exact
the normal distribution :: the bell-shaped density with mean mu and variance sigma squared
the central limit theorem :: the convergence of standardized sums to the bell curve
Bayes' theorem :: the formula for reversing conditional probabilities
the variance :: the expected squared deviation from the mean
the p-value :: the chance of data at least as extreme if the null hypothesis holds
a Type I error :: the rejection of a true null hypothesis
the correlation coefficient :: a number from -1 to 1 for the strength of linear association
the chi-square test :: a comparison of observed and expected frequencies
a residual :: the difference of observed and predicted values of a regression line
an isosceles triangle :: a triangle with two equal sides
the Pythagorean theorem :: the relation of the legs and hypotenuse of a right triangle
the law of cosines :: the generalization of Pythagoras to any triangle
a regular hexagon :: a polygon with six equal sides and angles
the circumcenter :: the point where perpendicular bisectors of a triangle meet
an asymptote :: a line that a curve approaches without end
a parabola :: the set of points equally far from a focus and a directrix
a logarithm :: the exponent to which a base must be raised
the quadratic formula :: the expression for roots from coefficients a, b and c
an arithmetic progression :: a sequence with constant difference
a geometric series :: a sum with constant ratio of successive terms
place value :: the worth of a digit by its position in a numeral
a mixed number :: a whole number together with a fraction
an irrational number :: a real that is not a ratio of integers
a planar graph :: a graph that can be drawn without crossing edges
an Eulerian circuit :: a closed walk using every edge of a graph once
a contour integral :: an integral of a complex function along a path
a holomorphic function :: a complex function that satisfies the Cauchy-Riemann equations
the Fourier series :: the expansion of a periodic function in sines and cosines
""",
    "computer science": """
binary search :: the halving of a sorted array until the key is found
quicksort :: the partition of an array around a pivot followed by recursive sorting
dynamic programming :: solving overlapping subproblems once and storing the answers
Dijkstra's algorithm :: the greedy method for shortest paths with nonnegative weights
breadth-first search :: the visiting of a graph level by level with a queue
big-O notation :: an upper bound on how running time grows with input size
a hash collision :: two keys mapped to the same bucket
a stack :: a last-in first-out collection
a red-black tree :: a self-balancing search tree with coloured nodes
a linked list :: a chain of nodes each holding a pointer to the next
recursion :: a function calling itself on a smaller instance
polymorphism :: the use of one interface for objects of different classes
encapsulation :: hiding an object's fields behind methods
a deadlock :: a cycle of threads each waiting for another's lock
a semaphore :: a counter that controls access to a shared resource
virtual memory :: the illusion of a large address space backed by disk pages
thrashing :: constant paging that leaves no time for real work
cache coherence :: the agreement of copies of memory in several processors
pipelining :: the overlapping of instruction stages in a CPU
an interrupt :: a signal that makes the processor run a handler
a context switch :: the saving of one process's state and loading of another's
the page table :: the map from virtual to physical frames
a primary key :: the column that identifies each row of a database table
third normal form :: a relational schema without transitive dependencies
an ACID transaction :: an atomic, consistent, isolated and durable database unit
a foreign key :: a column that refers to a row in another table
an index in a database :: a B-tree that speeds up lookups
TCP :: the protocol that delivers a reliable ordered byte stream
DNS :: the system that turns host names into IP addresses
a router :: a device that forwards packets between networks
public-key cryptography :: encryption with one key and decryption with another
a man-in-the-middle attack :: interception of traffic between two parties who think they talk directly
SQL injection :: malicious database commands smuggled through a web form
cross-site scripting :: hostile JavaScript that runs in a visitor's browser
a zero-day exploit :: an attack on a vulnerability before a patch exists
a denial-of-service attack :: flooding a server so that users cannot reach it
two-factor authentication :: login that needs a password and a second device
phishing :: fake emails that trick users into revealing passwords
a salt :: random data added to a password before hashing
a finite automaton :: a machine with states and transitions that recognizes regular languages
a context-free grammar :: a set of productions with one nonterminal on the left
the halting problem :: the undecidable question whether a program ever stops
NP-completeness :: the class of hardest problems whose solutions are quickly checked
a compiler :: a program that translates source code to machine code
a syntax tree :: the hierarchical result of parsing a program
garbage collection :: the automatic freeing of unreachable objects
overfitting :: a model that memorizes training data and fails on test data
gradient descent :: the step-by-step lowering of a loss along its slope
backpropagation :: the computing of neural network gradients layer by layer
a convolutional neural network :: a model of shared filters for images
the bias-variance tradeoff :: the tension between underfitting and overfitting
cross-validation :: the rotation of held-out folds to estimate model error
a support vector machine :: a classifier that maximizes the margin
principal component analysis :: a projection on directions of greatest data variance
a generative adversarial network :: a generator trained against a discriminator
k-nearest neighbors :: a classifier that votes among the closest training points
the EM algorithm :: alternating expectation and maximization for latent variable models
a Bayesian network :: a directed acyclic graph of conditional dependencies
ReLU :: the activation that outputs zero for negative inputs
tokenization :: splitting text into pieces for a language model
two's complement :: the usual binary code for negative integers
a logic gate :: a circuit that computes a Boolean function of bits
an API :: the interface through which programs call each other
version control :: the tracking of source changes with commits and branches
a container :: an isolated packaged process such as one run by Docker
RAID :: disks combined for redundancy or speed
a race condition :: a bug that depends on the timing of threads
lossless compression :: shrinking a file so that every bit can be restored
a for loop :: a control structure that repeats a block a set number of times
an abstract data type :: a set of operations without a fixed implementation
""",
}
