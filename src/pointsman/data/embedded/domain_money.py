"""What the domain task knows of money and firms: business and economics.

`SEEDS` are whole questions with slots, `FACTS` are lines of `term :: what it is`, one a line, by label.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "owner": ("Mr. Gray", "Mrs. Alvarez", "Dana", "Ms. Chen", "Mr. Okafor", "Joan Reyes", "Paul", "Lena"),
    "goods": (
        "sofas",
        "radios",
        "lamps",
        "shirts",
        "tires",
        "bicycles",
        "pocket calculators",
        "boxes of paper",
    ),
    "firm": (
        "Apex Tool Co.",
        "Delmar Stores",
        "Harbor Foods",
        "the Brandt Corporation",
        "K & L Supply",
        "Nova Inc.",
    ),
    "good": ("wheat", "coffee", "gasoline", "bread", "rental housing", "beef", "umbrellas", "movie tickets"),
}

SEEDS: dict[str, str] = {
    "business": """
{owner} {buys|purchases} a {television|lawn mower|car|refrigerator} for ${nnn} on the installment plan with ${nn} down and {nn} monthly payments. What is the carrying charge and the true annual interest rate?
{owner} earns ${n}.{nn} an hour with time and a half for overtime beyond 40 hours. What are gross earnings for a week of {nn} hours?
Find the withholding, FICA tax and take-home pay of {owner}, who earns ${nnn} a week and claims {n} exemptions.
A salesman is paid a {pct}% commission on sales above ${nnnn} plus a salary of ${nnn}. What does he earn on sales of ${big}?
{firm} is offered {goods} at a list price of ${nnn} with chain discounts of {nn}%, {n}% and {n}%. What is the net cost and the equivalent single discount?
An invoice of ${nnnn} dated March {n} carries terms {n}/10, n/30. How much is due if it is paid within the discount period?
A retailer buys {goods} for ${nn} each and marks them up {pct}% {on cost|on the selling price}. What is the selling price, and what is left after a {pct}% markdown?
A machine of {firm} cost ${nnnn} with a scrap value of ${nnn} and a life of {n} years. Find the annual depreciation by the {straight-line|sum-of-the-years'-digits|declining-balance|units-of-production} method.
{firm} has opening inventory of ${nnnn}, purchases of ${big} and closing inventory of ${nnnn}. What is the cost of goods sold, the gross profit and the turnover rate?
The balance sheet of {firm} shows current assets of ${big} and current liabilities of ${nnnn}. Calculate the {current|acid-test|debt-equity|working capital} ratio.
{owner} borrows ${nnnn} at {n} percent simple interest for {nn} days. What is the interest on a {360|365}-day year, and the maturity value of the note?
A 90-day note for ${nnnn} is discounted at the bank at {n}% after {nn} days. Find the proceeds.
How much must {owner} deposit {monthly|quarterly|each year} in a sinking fund at {n}% to have ${big} in {nn} years?
What is the present value of an annuity of ${nnn} per year for {nn} years at {n}% compounded {semiannually|quarterly|annually}?
A ${nnnn} bond with a {n}% coupon sells at {nn}. What are the current yield, accrued interest and yield to maturity?
{owner} bought {nnn} shares of stock at {nn} 1/4 and sold them at {nn} 3/8. After the broker's commission, what was the profit or loss?
{firm} declared a dividend on {nnnn} shares of {n}% preferred stock and {big} shares of common. How much does each common share receive?
Partners {owner} and {owner} invested ${big} and ${big} and share profits in the ratio of their investments. How is a profit of ${nnnn} divided?
A house assessed at ${big} is taxed at {nn} mills. What is the property tax, and how much is a fire insurance premium of {dec} per $100 with an 80% coinsurance clause?
The break-even point of {firm}, with fixed costs of ${big}, a price of ${nn} and a variable cost of ${n} per unit, is how many {goods}?
{firm} can invest ${big} in a project with cash inflows of ${nnnn} for {n} years. Should it invest according to {NPV at {nn}%|IRR|payback period|profitability index}?
A call option on a stock trading at ${nn} with strike ${nn} and volatility {pct}% expires in {n} months; the risk-free rate is {n}%. Find its {Black-Scholes price|delta|put-call parity value}.
A stock has a beta of {f}; the risk-free rate is {n}% and the market premium is {n}%. What is its required return under CAPM?
A portfolio has {nn}% in stock A with a standard deviation of {pct}% and the rest in bonds. What is its expected return and risk?
A force of interest, a forward rate and a perpetuity-immediate: find the accumulated value of ${nnn} after {n} years.
{firm} makes two kinds of {goods} on two machines with limited hours. Use linear programming to find the production mix with the highest profit.
How many units should {firm} order (EOQ) if yearly demand is {nnnn}, the ordering cost ${nn} and the carrying cost ${f} per unit?
Petty cash, bank reconciliation and the check register: {owner}'s bank statement shows ${nnn}, outstanding checks of ${nn} and a deposit in transit of ${nn}. What is the true balance?
How much {trade discount|sales tax|shipping|excise tax} does {owner} pay on {nn} {goods} at ${n}.{nn} each?
The graph of the sales of {firm} by {region|month|department}: what percent of the total came from {the West|December|toys}?
The four Ps of {marketing|services marketing}: into which does {advertising|warehousing|packaging|discounting} fall?
{firm} divides its customers by {age and income|lifestyle|usage rate|postcode}. Which type of market segmentation is this?
A brand introduces its well-known name on a new product category. What is this strategy called, and what are the risks of {cannibalisation|dilution}?
In the {introduction|growth|maturity|decline} stage of the product life cycle, marketing managers usually
_______ pricing sets a {high|low} initial price to {skim early adopters|win market share fast}.
Which element of the {promotional mix|marketing channel|SWOT analysis|Boston matrix|Ansoff matrix|value chain} does this {star|wholesaler|weakness|press release} belong to?
Consumers' decision to buy a {car|yoghurt|wedding dress} follows {extensive problem solving|habit|impulse}. Which factors, {reference groups|culture|perception}, matter most?
How should a company respond to {negative reviews|a new low-cost rival|a product recall|falling customer loyalty}?
According to {Taylor|Fayol|Mayo|Mintzberg|McGregor|Weber|Drucker|Porter}, the manager's main task is
Which management function, {planning|organising|leading|controlling}, is being carried out when a supervisor {sets budgets|schedules shifts|compares output with targets}?
A matrix structure, span of control and delegation: in a {tall|flat|functional|divisional} organisation, managers
Theory X managers believe that workers {dislike work|need direction}, whereas {Theory Y|Theory Z|Herzberg's hygiene factors} suggest
What are the advantages of {a sole proprietorship|a limited partnership|franchising|going public|a joint venture|outsourcing|a merger} for a small firm?
Which recruitment, appraisal or {360-degree feedback|job enrichment|flexitime|on-the-job training|job rotation} method should the human resource manager use?
Corporate social responsibility holds that firms owe duties to {stakeholders|employees|the environment|local communities}, while Friedman argued
_______ occurs when a manager's private interest clashes with {her duty to the company|the shareholders}; codes of conduct and {whistleblowing|audits} address it.
Is it ethical for a company to {use sweatshop suppliers|monitor employee emails|advertise sugary cereal to children|give gifts to officials|greenwash its products}?
The agency problem between {managers and shareholders|board and chief executive} is addressed by {stock options|independent directors|the Cadbury code}.
Draft a {business plan for a coffee cart|cold email to potential clients|job posting for an accountant|LinkedIn post about our product launch|pitch deck outline for investors}.
how do i {price my handmade candles|calculate profit margin|register an LLC and open a business account|negotiate with suppliers|read an income statement|get my first customers}?
Prepare the journal entry for {accrued wages of ${nnn}|the purchase of {goods} on account|bad debts written off|prepaid insurance}. Which account is debited?
What does the {Gantt chart|critical path|PERT network|Kanban board|just-in-time system|total quality management|Six Sigma programme} tell the operations manager of {firm}?
Total costs are ${big} for {nnn} {goods} and ${big} for {nnnn}. Find fixed and variable cost by the high-low method.
What are the main differences between {B2B and B2C buying|personal selling and advertising|a push and a pull strategy|gross and net profit|leadership and management|debt and equity finance}?
Express {n}/{nn} as a percent to the nearest tenth, and round ${nnn}.{nn}7 to the nearest cent for the sales slip.
""",
    "economics": """
If the price of {good} rises by {pct} percent and the quantity demanded falls by {pct} percent, the price elasticity of demand is
What happens to the equilibrium price and quantity of {good} when {consumer income rises|a frost destroys part of the crop|the price of a substitute falls|the number of sellers increases|a sales tax is imposed}?
The demand for {good} is Q = {nnn} - {n}P and the supply is Q = {n}P - {nn}. What are the equilibrium price and the consumer surplus?
A price {ceiling|floor} set {below|above} the equilibrium price of {good} leads to
Assume that {good} and {good} are {complements|substitutes}. A rise in the cost of producing one causes
A consumer spends her whole budget on {good} and {good}. The marginal utilities per dollar are {n} and {n}. To maximize utility she should
If indifference curves are convex and the budget line shifts {outward|inward}, then the consumer
A perfectly competitive firm faces a price of ${nn}, marginal cost of ${nn} and average variable cost of ${n}. In the short run it should
In long-run equilibrium a {monopolistically competitive|perfectly competitive} firm earns
A monopolist with demand P = {nnn} - {n}Q and marginal cost of {nn} produces how many units, and what is the deadweight loss?
In the payoff matrix of {two airlines|two soft drink makers|an oil cartel}, each can charge a high or a low price. What is the dominant strategy and the Nash equilibrium?
When a firm doubles all inputs and output {more than doubles|doubles|rises by half}, it has
With total product data for {n} to {nn} workers, where do diminishing marginal returns set in, and how many workers are hired at a wage of ${nn}?
The opportunity cost of {going to college|a new dam|an hour of leisure|producing one more tank} is
Country A can make {nn} computers or {nnn} tons of rice and country B {nn} or {nnn}. Who has the comparative advantage, and what terms of trade are possible?
A tariff on imported {steel|sugar|cars} will {raise domestic price|reduce imports}; who gains and who loses compared with a quota?
If the marginal propensity to consume is {dec}, the spending multiplier is ______ and a rise in government spending of ${nn} billion raises GDP by
If consumption is C = {nnn} + {dec}Y and investment is ${nn} billion, what is the equilibrium level of income, and is there a recessionary gap?
The required reserve ratio is {pct}%. A bank receives a deposit of ${nnnn}. What is the most by which the money supply can grow through the banking system?
To fight {inflation|a recession}, the Federal Reserve would {sell|buy} bonds in the open market, change the discount rate or the {reserve requirement|federal funds target}, which
An expansionary fiscal policy combined with a contractionary monetary policy will cause {interest rates|the exchange rate|private investment} to
In the {short-run|long-run} aggregate supply and aggregate demand model, a rise in {oil prices|consumer confidence|the capital stock|exports} leads to
Nominal GDP was ${nnnn} billion and the GDP deflator was {nnn}. What was real GDP, and how much did it grow?
Which of the following is counted in {GDP|national income|the consumer price index|M1|disposable income}: {a used car|unpaid housework|a new factory|social security benefits}?
A worker who loses her job because {her industry closes|of a recession|she moves to another city} is an example of {frictional|structural|cyclical} unemployment. Why?
If the inflation rate is {n}% and the nominal interest rate is {nn}%, the real rate of interest is; who is hurt, {lenders|borrowers|pensioners}?
The dollar {appreciates|depreciates} against the {yen|euro|pound}. What happens to American exports, imports and the balance of payments?
According to {Keynes|Adam Smith|Ricardo|Malthus|Marx|Friedman|Schumpeter|Veblen|Say}, the economy's {wages|growth|rent|unemployment} is determined by
What does the {quantity theory of money|Phillips curve|liquidity trap|permanent income hypothesis|Laffer curve|paradox of thrift|crowding-out effect} imply?
How does the {classical|Keynesian|monetarist|rational expectations|supply-side} view of {unemployment|inflation} differ from the others?
In the regression y = a + bx + u the disturbances are {heteroscedastic|autocorrelated|correlated with x}. What are the consequences for the OLS estimator?
Which test, {Durbin-Watson|White|Dickey-Fuller|Breusch-Godfrey|Hausman|Chow|Jarque-Bera}, detects {unit roots|serial correlation|a structural break|endogeneity}?
Consider an {AR(1)|MA(2)|ARMA(1,1)|GARCH} process with coefficient {dec}. Is it stationary, and what is its {autocorrelation function|unconditional variance|optimal two-step forecast}?
A time series of house prices is regressed with {quarterly dummy variables|an intercept}. What is the dummy variable trap, and how are the coefficients read?
A panel data model with {fixed|random} effects, a VAR in {n} variables, or a {logit|probit} model: which suits this question about {wages|bank failures}?
If a competitive industry generates {pollution|research spillovers}, the market output is, and what {Pigouvian tax|subsidy|tradable permit} corrects it?
Why are {national defense|street lights|lighthouses} provided by government? Relate your answer to the free-rider problem.
A {progressive|regressive|proportional} tax is one in which; how is its burden shared between buyers and sellers when {demand is inelastic|supply is perfectly elastic}?
What is shown by the {Lorenz curve|Gini coefficient|production possibilities frontier|Engel curve|isoquant|kinked demand curve}?
Why do economists say that {barter is inefficient|minimum wages can raise unemployment|rent control creates shortages|monopolies misallocate resources|sunk costs don't matter}?
How does a {union|monopsony|rise in productivity|minimum wage} change the wage and employment in a labour market? Use marginal revenue product.
The price of farm {wheat|milk|corn} is supported by government purchases. Show the surplus and the cost to taxpayers, and explain parity.
What is the role of {the World Bank|the IMF|OPEC|the WTO|the European Central Bank|the gold standard} in international economics?
Why do less developed countries suffer from {low savings|a population explosion|dual economies|unstable export prices|capital flight}, and which growth strategies help?
What are the functions of money, and is {a credit card|a savings deposit|gold} part of {M1|M2}?
How do savings and investment come into equilibrium when planned investment exceeds planned saving by ${nn} billion?
What did economists learn from {the Great Depression|stagflation in the 1970s|the Asian financial crisis|hyperinflation in Zimbabwe|the 2008 subprime crisis}?
Explain the difference between {a change in demand and in quantity demanded|economic and accounting profit|a stock and a flow|microeconomics and macroeconomics|normal and inferior goods|fiscal and monetary policy}.
Compute the {arc elasticity|marginal revenue|average fixed cost|price index|income velocity|cross elasticity} from this table of prices ${n}, ${nn} and quantities {nnn}, {nnn}.
why are {eggs|rents|mortgage rates|gas prices} so high right now? explain the economics like i'm in high school
Would a universal basic income {cause inflation|reduce labor supply|lower poverty}? Give the economic arguments on both sides.
The national debt, the deficit and automatic stabilizers: during a {boom|recession}, tax revenue and transfers
Suppose that {an increase in immigration|a new technology|an earthquake} shifts the long-run growth path. In the Solow model, output per worker
The circular flow diagram shows that households {sell factors of production|buy goods}, and firms
A firm's short-run cost curve is TC = {nnn} + {n}Q + Q^2. At what output is average cost minimal and what price would make it shut down?
""",
}

FACTS: dict[str, str] = {
    "business": """
the marketing mix :: the combination of product, price, place and promotion
market penetration :: selling more of existing products in existing markets
price skimming :: launching at a high price and lowering it over time
a loss leader :: a product sold below cost to draw shoppers into the store
brand equity :: the value that a name adds to a product
a unique selling proposition :: the one benefit that sets a product apart from rivals
relationship marketing :: building long-term ties with customers instead of single sales
guerrilla advertising :: low-budget surprise campaigns in public places
a focus group :: a moderated talk with a few consumers about a product
channel conflict :: a quarrel between manufacturer, wholesaler and retailer
vertical marketing systems :: distribution in which one member controls the chain
product positioning :: the place a brand holds in customers' minds
the diffusion of innovations in consumers :: the spread of a product from early adopters to laggards
management by objectives :: setting goals jointly and judging staff by results
scientific management :: Taylor's time-and-motion design of work
the Hawthorne studies :: the factory research that found attention raises output
span of control :: the number of subordinates one manager supervises
decentralization of a firm :: passing decisions down to lower managers
laissez-faire leadership :: a style that leaves employees to decide
transformational leadership :: a style that inspires staff with vision
a performance appraisal :: the yearly review of an employee's work
job enrichment :: giving workers more responsibility and variety
a balanced scorecard :: a set of financial, customer, process and learning measures
benchmarking :: comparing a company's processes with those of the best firms
organizational culture :: shared values and habits in a company
Porter's five forces :: an analysis of rivalry, entrants, substitutes, buyers and suppliers
a SWOT analysis :: a review of strengths, weaknesses, opportunities and threats
economies of scope for a company :: savings from producing several lines together
a hostile takeover :: buying a corporation against its board's wishes
a stakeholder :: anyone affected by a company's decisions
corporate governance :: the rules by which boards direct companies
whistleblowing :: an employee's disclosure of wrongdoing at work
fair trade sourcing :: paying producers in poor countries a guaranteed price
insider trading as an ethical breach :: dealing in shares with secret company information
the triple bottom line :: reporting on people, planet and profit
working capital :: current assets minus current liabilities
the acid-test ratio :: quick assets divided by current liabilities
accounts receivable turnover :: sales on credit divided by average unpaid invoices
markup :: the amount added to cost to reach a selling price
a trade discount :: a reduction from list price given to dealers
compound interest on a savings account :: interest earned on principal and earlier interest
a sinking fund :: regular deposits that build up money to retire a debt
amortization of a loan :: repayment by equal installments of principal and interest
a promissory note :: a written promise to pay a sum on a date
net present value :: discounted cash inflows minus the initial outlay
the internal rate of return :: the discount rate at which a project just breaks even
a call option :: the right to buy a share at a fixed price
a bond's coupon :: the periodic payment made to its holder
diversification of a portfolio :: spreading investments to lower risk
the cost of capital :: the average return demanded by lenders and shareholders
piecework pay :: wages by number of units completed
a payroll deduction :: money withheld from an employee's gross wages
straight-line depreciation :: equal yearly write-off of an asset's cost
FIFO inventory :: costing stock as if the oldest goods are sold first
the break-even point :: the sales volume at which revenue covers all costs
a franchise :: the licence to run a shop under another firm's brand
an entrepreneur :: a person who starts a venture and bears its risk
venture capital :: equity money for young fast-growing firms
supply chain management :: the coordination of suppliers, plants and distribution
just-in-time production :: receiving parts only as they are needed
total quality management :: company-wide effort to improve continuously
outsourcing :: hiring another company to do work once done inside
e-commerce conversion :: the share of site visitors who buy
customer lifetime value :: the profit expected from a buyer over the whole relationship
a letter of credit for exporters :: a bank's guarantee that the seller will be paid on shipment
""",
    "economics": """
scarcity :: the condition that wants exceed the available resources
opportunity cost :: the value of the best alternative given up
the law of demand :: the inverse relation between price and quantity bought
price elasticity :: the responsiveness of quantity to a change in price
an inferior good :: a good bought less as incomes rise
a Giffen good :: a good whose demand rises with its price
consumer surplus :: the gap between willingness to pay and market price
diminishing marginal utility :: the falling extra satisfaction from each further unit
the marginal rate of substitution :: the slope of an indifference curve
the law of diminishing returns :: the fall of marginal product as one input is added
marginal cost :: the addition to total cost from one more unit of output
economies of scale :: falling long-run average cost as output grows
a natural monopoly :: an industry where one producer has the lowest average cost
price discrimination :: charging different buyers different prices for the same good
an oligopoly :: a market dominated by a few interdependent sellers
collusion :: an agreement among rivals to fix prices or output
deadweight loss :: the total surplus lost when a market is inefficient
an externality :: a cost or benefit that falls on third parties
a public good :: a good that is nonrival and nonexcludable
the tragedy of the commons :: overuse of a shared resource
moral hazard in insurance markets :: riskier behavior by those protected from loss
adverse selection :: the market failure when one side has hidden information about quality
economic rent :: payment to a factor above what is needed to keep it in use
derived demand :: the demand for labor that comes from demand for its product
gross domestic product :: the market value of final goods produced in a country in a year
the GDP deflator :: the ratio of nominal to real output times one hundred
the consumer price index :: a measure of the cost of a typical basket of goods
frictional unemployment :: joblessness of people between jobs
the natural rate of unemployment :: the joblessness that remains at full employment
stagflation :: rising prices together with stagnant output
the multiplier :: the ratio of change in income to change in autonomous spending
the marginal propensity to save :: the fraction of extra income not consumed
an inflationary gap :: the excess of equilibrium output over full-employment output
automatic stabilizers :: taxes and transfers that dampen the business cycle
crowding out :: the fall of private investment when government borrowing raises interest rates
open market operations :: purchases and sales of government securities by the central bank
the discount rate :: the interest charged to banks that borrow from the Federal Reserve
the reserve requirement :: the fraction of deposits that banks must hold
the velocity of money :: how often a dollar is spent in a year
the liquidity preference theory :: Keynes's account of the demand for money
the Phillips curve :: the tradeoff between inflation and unemployment
supply-side policy :: tax cuts meant to raise incentives to work and invest
comparative advantage :: the ability to produce at lower opportunity cost
the terms of trade :: the ratio of export prices to import prices
a tariff :: a tax on imports
dumping :: the sale of exports below their cost of production
the balance of payments :: the record of all transactions with the rest of the world
a floating exchange rate :: a currency price set by supply and demand
purchasing power parity :: the idea that exchange rates equalize price levels
the infant industry argument :: the case for protecting new domestic producers
Ordinary Least Squares :: the estimator that minimizes squared residuals in a regression
heteroscedasticity :: error variance that changes across observations
multicollinearity :: high correlation among the regressors
autocorrelation :: dependence of regression errors over time
a stationary time series :: a process with constant mean and autocovariances
cointegration :: a stationary combination of nonstationary series
an instrumental variable :: a variable correlated with the regressor but not with the error
the Gauss-Markov theorem :: the result that OLS is best linear unbiased
R-squared :: the share of variation explained by a regression
the business cycle :: the alternation of expansion and recession
laissez-faire :: the doctrine that government should leave markets alone
surplus value :: Marx's term for output beyond the worker's wage
the invisible hand :: Adam Smith's image of self-interest serving society
mercantilism as a trade doctrine :: the policy of exporting more than importing to gain bullion
the Lorenz curve :: the graph of income share held by each share of households
the Coase theorem :: the claim that bargaining over property rights solves externalities
a Nash equilibrium :: a set of strategies where no player gains by deviating alone
the production possibilities curve :: the combinations of two goods an economy can make
""",
}
